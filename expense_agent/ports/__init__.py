"""The workflow's needs from outside: the ledger, a categorizer, a clock."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from expense_agent.domain.approval import ApprovalRequest, Decision
from expense_agent.domain.category import Suggestion
from expense_agent.domain.credit import Offset
from expense_agent.domain.edit import Edited
from expense_agent.domain.facts import EVERYWHERE, Facts, Scope
from expense_agent.domain.feedback import Feedback
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.payment import Payment
from expense_agent.domain.reversal import Reopening, Reversal, reversers
from expense_agent.ports.holding import Claims, EditLeases

T = TypeVar("T")


class Clock(Protocol):
    """The time, so that tests can choose it."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        ...


class Categorizer(Protocol):
    """Says which category an invoice belongs to, in bounded time."""

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Return a suggestion; "unsure" is an answer, an exception is not."""
        ...

    def prepare(self, invoices: Sequence[Invoice]) -> None:
        """Find out ahead what takes time, for a batch at once; in bounded time, never raising."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """How far somebody has read what people said of categories, and what they took back."""

    said: int = 0
    undone: int = 0


class Words(Protocol):
    """Feedback on categories: read by every session on the store, whoever wrote it."""

    def heard_since(self, heard: Heard) -> tuple[Heard, dict[str, list[Feedback]]]:
        """Return the live words on every subject spoken of since, and how far that goes."""
        ...

    def corrected_since(self, at: str, supplier_keys: Sequence[str], but: str) -> list[Feedback]:
        """Return what people corrected or ruled since of a supplier, but not of this thread."""
        ...


def utc(moment: datetime) -> str:
    """Write a time the one way it is stored and shown: UTC, milliseconds, Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def state_of(status: str) -> str:
    """Say where an invoice stands for a reader: what lasts as long as a run is still waiting."""
    return "waiting" if status in ("received", "stepping", "deciding") else status


@dataclass(frozen=True, slots=True)
class Registered:
    """An invoice of the register as it stands now, edits applied."""

    id: str
    thread_id: str
    seq: int
    """Order of registration."""
    status: str
    """"received", "waiting", "stepping", "deciding", "scheduled", "booked", "rejected", "expired",
    "failed"."""
    invoice: Invoice
    imported_by: str
    category: str | None = None
    """A category a person has set by an edit; None: nobody has."""
    round: int = 1
    """The round in force: raised by every edit and every return to the person."""
    edits: tuple[Edited, ...] = ()
    failures: int = 0
    """How often its run broke off without being finished."""
    comments: int = 0
    """How many remarks people have appended."""
    suggestion: Mapping[str, Any] = field(default_factory=dict)
    """The agent's suggestion when it last came to rest, in its plain form; may be empty."""
    reversals: tuple[Reversal, ...] = ()
    """Answers about it that were taken back."""
    reopening: Reopening | None = None
    """Which refused invoice it was before; None: it was imported."""

    @property
    def preparers(self) -> dict[str, str]:
        """The people who prepared it, and how: {"ann": "imported", "bob": "edited"}."""
        prepared = {self.imported_by: "imported", **{edit.editor: "edited" for edit in self.edits}}
        return {**reversers(self.reversals, self.reopening), **prepared}

    @property
    def origin(self) -> str:
        """The thread under which its document was imported: its own, unless it was reopened."""
        return self.reopening.origin if self.reopening else self.thread_id


@dataclass(frozen=True, slots=True)
class Voided:
    """A payment that was taken back; another one of its key must name it."""

    payment_id: int
    payment_key: str
    invoice_id: str


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request as the ledger has it, with how it was answered."""

    request: ApprovalRequest
    invoice_id: str
    status: str
    """"open", the verdict it was answered with, "edited" or "superseded"."""
    answered_by: str | None
    answered_at: str | None


@dataclass(frozen=True, slots=True)
class EditRecord:
    """The changes of a person; `before` and `after` hold the changed fields only."""

    thread_id: str
    round: int
    editor: str
    comment: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]
    edited_at: str
    offset: Offset | None = None
    """The part of a credit it takes."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A document a person has attached; its bytes are kept beside the ledger."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where a thread stands that a person steps through."""

    thread_id: str
    node: str
    """The node that runs at the next step."""
    proposed: Mapping[str, str]
    """The values the step would start from, in words."""


class StepBook(Protocol):
    """The ledger's record of threads that a person steps through."""

    def pause(
        self,
        step: NextStep,
        suggestion: Mapping[str, Any],
        steps: Sequence[Mapping[str, Any]],
    ) -> None:
        """Write down where a thread stands, with its trace so far."""
        ...

    def next_of(self, invoice_id: str) -> NextStep | None:
        """Return where the thread of an invoice stands; None when it is not stepped through."""
        ...

    def note(self, known: Registered, node: str, by: str) -> None:
        """Record that a person goes on into a node."""
        ...


@dataclass(frozen=True, slots=True)
class Closing:
    """How an invoice ended: its final status, by whom, why."""

    status: str
    """"booked", "rejected", "expired" or "failed"."""
    by: str
    reason: str


class Requests(Protocol):
    """The part of the ledger about what people are asked."""

    def one(self, invoice_id: str, interrupt_id: str) -> RequestRecord | None:
        """Return one request, open or answered."""
        ...

    def open_of(self, invoice_id: str) -> RequestRecord | None:
        """Return an open request of an invoice, the lowest level of several; or None."""
        ...

    def of_thread(self, thread_id: str) -> list[RequestRecord]:
        """Return all requests of a thread, oldest first."""
        ...


class Reversals(Protocol):
    """The part of the ledger about answers taken back and invoices asked about again."""

    def find(self, invoice_id: str) -> Registered:
        """Return an invoice by its id, decided or not; raises UnknownInvoice."""
        ...

    def last_payment(self, invoice_id: str) -> tuple[int, str] | None:
        """Return number and status of an invoice's last payment: "scheduled", "voided" ..."""
        ...

    def take_back(self, known: Registered, payment_id: int | None, by: str, reason: str) -> None:
        """Void a payment, or set a rejection aside, and begin a new round."""
        ...

    def heed_later_answer(self, known: Registered) -> None:
        """Take a payment back that was answered against later; put it on record if it has left."""
        ...

    def reopen(self, known: Registered, by: str, reason: str) -> Registered:
        """Write a refused invoice down once more, on a thread that names the old one."""
        ...

    def reopened_as(self, thread_id: str) -> str | None:
        """Return the id under which an invoice is asked about again."""
        ...

    def voided(self, payment_key: str) -> Voided | None:
        """Return the payment that stands last under a key, if it is voided."""
        ...


class Ledger(Protocol):
    """The register that is the truth about money. Calls block; each thread has its connection.

    It keeps constraints, not rules: the domain decides, inside the caller's transaction.
    """

    @property
    def claims(self) -> Claims:
        """The right to run or edit a thread, and its present holder."""
        ...

    steps: StepBook
    """The record of threads that a person steps through."""

    edit_leases: EditLeases
    """The open edit forms and their holders."""

    @property
    def requests(self) -> Requests:
        """The requests people are asked by."""
        ...

    @property
    def words(self) -> Words:
        """The feedback on categories."""
        ...

    @property
    def reversals(self) -> Reversals:
        """The answers taken back, and the requests asked again."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Begin a write transaction, or take part in one; an error undoes it all."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """Do a part of a transaction that may fail without the rest: it is undone alone."""
        ...

    def together(self, work: Callable[[], T]) -> T:
        """Do a work inside a write transaction, in one commit with what other threads write."""
        ...

    def register(self, invoice: Invoice, content_hash: str, by: str) -> tuple[Registered, bool]:
        """Write an invoice down before its first run; give it and whether it is new."""
        ...

    def registered(self, thread_id: str) -> Registered:
        """Return the invoice of a thread, edits applied."""
        ...

    def facts_for(self, known: Registered, scope: Scope = EVERYWHERE) -> Facts:
        """Read all that the rules may know about one invoice, at this moment."""
        ...

    def newest_event(self) -> tuple[int, bytes]:
        """Return number and hash of the newest event of the trail."""
        ...

    def tell_apart(self, known: Registered, invoice_ids: Sequence[str], by: str) -> None:
        """Remember that a person saw these twins beside an invoice, and that they are none."""
        ...

    def unfinished(self, *, include_failed: bool = False) -> list[str]:
        """Return the threads recovery must look at; an index look-up on a healthy store."""
        ...

    def open_requests(
        self,
        known: Registered,
        requests: Sequence[ApprovalRequest],
        suggestion: Mapping[str, Any],
        steps: Sequence[Mapping[str, Any]],
    ) -> bool:
        """Write what a paused thread asks now; what it asked before is closed.

        False, and nothing is written, when something has come of it meanwhile: an answer, an edit,
        the end of the invoice.
        """
        ...

    def add_decision(
        self, decision: Decision, invoice_id: str, word: Feedback | None = None
    ) -> bool:
        """Insert a decision, which closes its request; False when it is taken already.

        `word`: what it says of the category.
        """
        ...

    def add_edit(self, edit: EditRecord, invoice_id: str, word: Feedback | None = None) -> None:
        """Insert an edit, which closes all open requests of its thread; `word` as above."""
        ...

    def add_comment(
        self, known: Registered, author: str, text: str, document: Attached | None = None
    ) -> None:
        """Append a remark to what people were asked about, with a document if there is one."""
        ...

    def comments(self, thread_id: str) -> list[dict[str, Any]]:
        """Return the remarks on an invoice, oldest first: {"author", "text", "at"}."""
        ...

    def decisions(self, thread_id: str) -> list[Decision]:
        """Return the decisions of a thread, oldest first."""
        ...

    def payment_of(self, thread_id: str) -> Payment | None:
        """Return the payment of a thread, if there is one that is not voided."""
        ...

    def schedule(self, payment: Payment, invoice_id: str, approved_by: Sequence[str]) -> None:
        """Insert a payment under its key; another one there raises PaymentConflict."""
        ...

    def close_invoice(self, known: Registered, closing: Closing) -> None:
        """Set the final status of an invoice that is not paid."""
        ...

    def mend(self, thread_id: str) -> None:
        """Close what is open beside its outcome, and say where an invoice stands by its trail."""
        ...

    def keep_trace(
        self, thread_id: str, suggestion: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what the agent did, for those who read the ledger without the engine."""
        ...

    def note_failure(self, known: Registered, reason: str, limit: int) -> None:
        """Count a run that broke off; at `limit` the invoice is marked failed."""
        ...
