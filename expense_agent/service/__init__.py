"""The service protocol: all that a front end may read and do, and the events it gets.

Reads block for a moment (one indexed query) and may be called from any thread; they never load
LangGraph. What acts is asynchronous and belongs to one event loop, the engine's.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Protocol

from expense_agent.domain.policy import Policy
from expense_agent.service.actions import (
    Action,
    Approve,
    Comment,
    Edit,
    Expire,
    PutOnHold,
    Recorded,
    Reject,
    Release,
    Reopen,
    SendBack,
    Step,
    Undo,
)
from expense_agent.service.category_review import Confirming
from expense_agent.service.events import (
    AskedAgain,
    Booked,
    Event,
    Failed,
    Final,
    ImportProblem,
    ImportProgress,
    ImportReport,
    Noted,
    Paused,
    RecoveryReport,
    Refused,
    Rejected,
    Resumed,
    Revalidated,
    Scheduled,
    Submitted,
)
from expense_agent.service.invoices import (
    CommentView,
    DecisionView,
    EditView,
    InvoiceDetail,
    TraceStep,
)
from expense_agent.service.listings import (
    GROUP_KEYS,
    NOBODY_ASKED,
    PAYMENT_STATUSES,
    SORT_KEYS,
    GroupKey,
    PaymentList,
    PaymentOverview,
    PaymentQuery,
    PaymentView,
    QueueGroup,
    QueueNews,
    QueueOverview,
    QueueQuery,
    QueueRow,
    SortKey,
    StepRow,
    Term,
)
from expense_agent.service.payment_runs import PayRuns, Reconciling
from expense_agent.service.readings import (
    BeingEdited,
    BudgetPosition,
    Editing,
    Foreseen,
    Headline,
    Held,
    KnownAccount,
    OpenEnds,
    SupplierHistory,
    TrailPage,
    TrailQuery,
    held_sentences,
)
from expense_agent.service.store_metrics import Metrics

__all__ = [
    "GROUP_KEYS",
    "NOBODY_ASKED",
    "PAYMENT_STATUSES",
    "SORT_KEYS",
    "Action",
    "ApprovalService",
    "Approve",
    "AskedAgain",
    "BeingEdited",
    "Booked",
    "BudgetPosition",
    "Comment",
    "CommentView",
    "DecisionView",
    "Edit",
    "EditView",
    "Editing",
    "Event",
    "Expire",
    "Failed",
    "Final",
    "Foreseen",
    "GroupKey",
    "Headline",
    "Held",
    "ImportProblem",
    "ImportProgress",
    "ImportReport",
    "InvoiceDetail",
    "KnownAccount",
    "Noted",
    "OpenEnds",
    "Paused",
    "PaymentOverview",
    "PaymentQuery",
    "PaymentView",
    "PutOnHold",
    "QueueGroup",
    "QueueNews",
    "QueueOverview",
    "QueueQuery",
    "QueueRow",
    "ReadingService",
    "Recorded",
    "RecoveryReport",
    "Refused",
    "Reject",
    "Rejected",
    "Release",
    "Reopen",
    "Resumed",
    "Revalidated",
    "Scheduled",
    "SendBack",
    "SortKey",
    "Step",
    "StepRow",
    "Submitted",
    "SupplierHistory",
    "Term",
    "TraceStep",
    "TrailPage",
    "TrailQuery",
    "Undo",
    "held_sentences",
]


class Readings(Protocol):
    """Reads whose cost does not grow with the store."""

    def trail(self, query: TrailQuery) -> TrailPage:
        """Return one page of the trail, the newest first."""
        ...

    def supplier_history(self, invoice_id: str) -> SupplierHistory:
        """Return what came from the supplier of an invoice, and the accounts it is known by."""
        ...

    def headlines(self, invoice_ids: Sequence[str]) -> list[Headline]:
        """Return invoices in one line each, in the order of their ids, without unknown ones."""
        ...


class DocumentReader(Protocol):
    """Reads the documents of invoices."""

    def text(self, invoice_id: str, attached: str | None = None) -> str:
        """Return what an invoice was read from as harmless text, or a document attached to it.

        Raises UnknownInvoice, or DocumentGone when no copy of it was kept.
        """
        ...


class Evidence(Protocol):
    """Where the whole story of an invoice is taken out for an auditor."""

    def write_evidence(self, invoice_id: str, output: Path) -> str:
        """Write it to a new file, or into a folder; say what was written. Raises UsageProblem."""
        ...


class ReadingService(Protocol):
    """The reading half: from any thread, without LangGraph."""

    @property
    def approver(self) -> str:
        """The acting person."""
        ...

    @property
    def why_read_only(self) -> str | None:
        """Why nothing may be changed in this store; None: it may."""
        ...

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        ...

    def overview(self, query: QueueQuery) -> QueueOverview:
        """Return the order and totals of the open requests that match."""
        ...

    def news(self, query: QueueQuery, newest: int, change: int) -> QueueNews:
        """Return what has happened since an overview with this `newest` and `change`."""
        ...

    def counts(self, queries: Sequence[QueueQuery]) -> list[int]:
        """Return how many requests match each query."""
        ...

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        """Return rows by key, open or answered, in the order of `keys`, without unknown ones."""
        ...

    def steps(self) -> list[StepRow]:
        """Return the threads that a person steps through, in the order of their import."""
        ...

    def invoice(self, invoice_id: str) -> InvoiceDetail:
        """Return one invoice, whole; raises UnknownInvoice."""
        ...

    @property
    def payment_list(self) -> PaymentList:
        """Where the ledger's payments are listed."""
        ...

    def metrics(self) -> Metrics:
        """Return the figures of the store; `metrics --help` says what each is."""
        ...

    def open_ends(self) -> OpenEnds:
        """Return what is not at rest: cut off, given up, or held by whom."""
        ...

    @property
    def readings(self) -> Readings:
        """The trail, and the past of suppliers."""
        ...

    @property
    def documents(self) -> DocumentReader:
        """The documents of invoices."""
        ...

    def change_counter(self) -> int:
        """Return a number that differs whenever the store has changed; cheap enough to poll."""
        ...

    @property
    def treasury(self) -> PayRuns:
        """Where payments leave for the bank."""
        ...

    @property
    def reconciler(self) -> Reconciling:
        """The desk that gives payment files back to a restored store."""
        ...

    @property
    def auditor(self) -> Evidence:
        """Where evidence leaves."""
        ...

    @property
    def category_desk(self) -> Confirming:
        """Where people speak of categories, without deciding about a payment."""
        ...

    @property
    def edit_desk(self) -> Editing:
        """The open edit forms, and what an edit would lead to."""
        ...


class ApprovalService(ReadingService, Protocol):
    """The engine as a front end sees it: what can be read, and (in its own loop) done."""

    async def start(self) -> RecoveryReport:
        """Load the engine and finish what a crash cut off; later calls do nothing."""
        ...

    def act(self, action: Action) -> AsyncIterator[Event]:
        """Record what a person wants, carry it out and tell how it goes; ends with a Final.

        A refusal is an event, not an exception. Of Reopen the last event carries the id of the
        new thread; every other action tells of the invoice it names.
        """
        ...

    async def submit(
        self,
        paths: Sequence[Path],
        mapping: Path | None = None,
        told: Callable[[ImportProgress], None] | None = None,
    ) -> ImportReport:
        """Read, check and schedule or queue every invoice of the files; safe to repeat."""
        ...

    async def recover(self) -> RecoveryReport:
        """Finish whatever was cut off."""
        ...

    async def close(self) -> None:
        """Let running decisions finish, then release the store."""
        ...
