"""Events of the engine: of a decision, the report of an import or a recovery.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from expense_agent.domain.policy import Hold
from expense_agent.service.readings import Held


@dataclass(frozen=True, slots=True)
class Submitted:
    """The decision or edit is in the ledger; nothing is paid yet."""

    invoice_id: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The paused thread runs again."""

    invoice_id: str


@dataclass(frozen=True, slots=True)
class Revalidated:
    """The checks were repeated with fresh facts."""

    invoice_id: str
    news: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The payment was read back from the ledger."""

    invoice_id: str
    amount: str
    currency: str
    execution_date: str


@dataclass(frozen=True, slots=True)
class Booked:
    """Approved, and nothing is to be transferred."""

    invoice_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Closed without a payment, by a person or (`expired`) by the clock."""

    invoice_id: str
    by: str
    reason: str
    expired: bool = False


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The request waits for a person again; `why` says what is new."""

    invoice_id: str
    why: str
    fingerprint: str
    outcome: Literal["waiting", "held", "sent_back"] = "waiting"
    lapsed: bool = False
    """Whether the approval counts no more: the repeated checks found what `why` says."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark is kept, on an invoice that was answered in the same moment."""

    invoice_id: str
    state: str
    """As `InvoiceDetail.state`: "waiting" while the answer is being carried out."""
    why: str
    """The sentence that tells who answered, and how."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The thread stands in front of its next step and waits for a person to go on."""

    invoice_id: str
    step: str
    """The node that runs next."""
    note: str
    """The result of the last step; "" before the first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not carried out, nothing changed; `reason` names who decided what, or what changed."""

    invoice_id: str
    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Recorded, but the run broke off; `recover` finishes it. `reason` says what to do."""

    invoice_id: str
    reason: str


Event = (
    Submitted
    | Resumed
    | Revalidated
    | Scheduled
    | Booked
    | Rejected
    | AskedAgain
    | Noted
    | Paused
    | Refused
    | Failed
)
Final = Scheduled | Booked | Rejected | AskedAgain | Noted | Paused | Refused | Failed


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A part of a file that could not be imported, and why."""

    file: str
    location: str
    """"line 12", "column amount", "invoices[3]" or "file"."""
    reason: str


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is; told after every chunk."""

    file: str
    done: int
    """Invoices finished so far, over all files."""
    share: float
    """0 to 1 over the bytes of all files."""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """How many of them are scheduled, waiting, booked, duplicates; and problems so far."""


@dataclass
class ImportReport:
    """The result of a batch. invoices = scheduled + waiting + booked + rejected + duplicates."""

    documents: int = 0
    """Files, those inside zip archives each by itself."""
    invoices: int = 0
    scheduled: int = 0
    waiting: int = 0
    booked: int = 0
    rejected: int = 0
    duplicates: int = 0
    problems: list[ImportProblem] = field(default_factory=list)
    notes: list[ImportProblem] = field(default_factory=list)
    """The doubts of the reader, one for each file and reason."""
    ids: list[str] = field(default_factory=list)
    """Invoice ids in the order of the batch, those of known ones included."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """The work a recovery finished: invoice ids by what was done to them."""

    finished: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    """(invoice id, reason)."""
    set_aside: str | None = None
    """The new name of damaged checkpoints; they were rebuilt. None: they were whole."""
    held: tuple[Held, ...] = ()
    """The threads that sessions which live are at."""
