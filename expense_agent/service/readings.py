"""Read models beyond the queue: the trail, suppliers, the edit form, and threads not at rest.

Part of the service protocol; front ends import all of it from `service`. Calls block for a moment,
so a front end makes them in a worker thread, and tells people in the sentences made here.
"""

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from typing import Protocol

from expense_agent.domain.audit import AuditEvent
from expense_agent.domain.policy import Hold

_PURPOSES = {"resume": "decision"}


@dataclass(frozen=True, slots=True)
class Held:
    """A thread that a living session has the right to run."""

    thread_id: str
    invoice_id: str
    by: str
    """The person who acts in that session."""
    process: int
    purpose: str
    """"resume", "edit", "step", "undo", "import", "recovery"."""
    since: str
    """UTC, ISO 8601 with Z."""

    def __str__(self) -> str:
        """Say who, for what and since when: "bob (process 47, import) since 2026-11-30 12:01"."""
        purpose = _PURPOSES.get(self.purpose, self.purpose)
        since = self.since[:16].replace("T", " ")
        return f"{self.by} (process {self.process}, {purpose}) since {since} UTC"


@dataclass(frozen=True, slots=True)
class Stalled:
    """An invoice that has come to a standstill."""

    id: str
    state: str
    """"failed", "received", "deciding", "stepping" or "waiting"."""
    since: str
    """UTC, ISO 8601 with Z."""
    why: str


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """Threads that are not at rest, by invoice id."""

    cut_off: tuple[str, ...] = ()
    """Nobody is at them: `recover` finishes them."""
    failed: tuple[str, ...] = ()
    """They broke off too often to be tried again by themselves."""
    held: tuple[Held, ...] = ()

    def still(self, later: "OpenEnds") -> "OpenEnds":
        """Return what a later look has seen, and as cut off only what both have."""
        both = tuple(one for one in later.cut_off if one in self.cut_off)
        return replace(later, cut_off=both)

    @property
    def problems(self) -> list[str]:
        """Say what somebody should do something about."""
        said = []
        if self.cut_off:
            said.append(f"{_were(self.cut_off)} cut off: run `recover`")
        if self.failed:
            why = "`recover` tries again, `queue --view stalled` says more"
            said.append(f"{_were(self.failed)} given up: {why}")
        return said

    @property
    def sentences(self) -> list[str]:
        """Say all of it."""
        return [*self.problems, *held_sentences(self.held)]


def held_sentences(held: Iterable[Held]) -> list[str]:
    """Say what is held, by each session in one sentence, and how to go on where it hangs."""
    by_session: dict[tuple[str, int, str], list[Held]] = {}
    for one in held:
        by_session.setdefault((one.by, one.process, one.purpose), []).append(one)
    way_on = "if that process hangs, end it and run `recover`"
    return [f"{_are(several)} held by {several[0]}: {way_on}" for several in by_session.values()]


def _were(ids: Sized) -> str:
    return "1 invoice was" if len(ids) == 1 else f"{len(ids)} invoices were"


def _are(ids: Sized) -> str:
    return "1 invoice is" if len(ids) == 1 else f"{len(ids)} invoices are"


@dataclass(frozen=True, slots=True)
class BeingEdited:
    """Somebody has the edit form of an invoice open."""

    invoice_id: str
    by: str
    since: str
    """UTC, ISO 8601 with Z."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The request that would follow if an edit were saved now; the engine checks it again."""

    holds: tuple[Hold, ...]
    approvals_needed: int


class Editing(Protocol):
    """The open edit forms of sessions that live. It saves work; money is safe without."""

    def begin(self, invoice_id: str) -> BeingEdited:
        """Say that the form is open, or still is; somebody else's lease stands, and is given."""
        ...

    def end(self, invoice_id: str) -> None:
        """Say that the form is closed."""
        ...

    def under_way(self) -> Sequence[BeingEdited]:
        """Return everything that is being edited at this moment, by whomever."""
        ...

    def foresee(self, invoice_id: str, changes: Mapping[str, str]) -> Foreseen:
        """Check a waiting invoice as an edit would leave it; raises RequestRefused."""
        ...


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which events of the trail; a page at a time, the newest first."""

    before: int | None = None
    """Only events with a smaller seq; None: from the newest on."""
    limit: int = 200
    text: str = ""
    """The text an event must have somewhere in it, in any case; "" for all."""
    actor: str = ""
    invoice_id: str = ""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of the trail."""

    events: tuple[AuditEvent, ...]
    """The newest first."""
    earlier: int | None
    """`before` of the page that follows; None: this was the beginning of the trail."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One invoice in one line, as its document has it."""

    id: str
    number: str
    supplier: str
    issue_date: str | None
    received_at: str
    payable_amount: str
    currency: str
    state: str
    account: str | None
    """The account the document names, not the one paid."""


@dataclass(frozen=True, slots=True)
class BudgetPosition:
    """A budget that a waiting invoice may be charged to; amounts are decimal strings."""

    category: str
    period: str
    """"month", "quarter" or "year": the one that runs now."""
    currency: str
    allowed: str
    used: str | None
    """The amount paid or half approved, without this invoice; None: an exchange rate is missing."""
    after: str | None
    """The same with this invoice."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account of a supplier that there is a reason to trust."""

    account: str
    origin: str
    """"supplier list" or "last paid"."""
    since: str


@dataclass(frozen=True, slots=True)
class SupplierHistory:
    """The invoices an approver compares one with."""

    invoices: tuple[Headline, ...] = ()
    """The newest first; the invoice in question is not among them."""
    accounts: tuple[KnownAccount, ...] = ()
    twins: tuple[Headline, ...] = ()
    """The invoices its holds say it may repeat, as they stand now."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The findings of `audit verify`; `head` (number and hash) is an anchor when kept elsewhere."""

    events: int
    payments: int
    head: str | None
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the ledger."""
        return not self.findings
