"""Everything that can be read of a store, and who may do what with it; no engine, no LangGraph."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from expense_agent.desks.auditing import Auditor
from expense_agent.desks.documents import Documents
from expense_agent.desks.editing import EditDesk
from expense_agent.desks.reconciling import Reconciler
from expense_agent.desks.reminding import Reminder
from expense_agent.desks.treasury import Treasury
from expense_agent.domain.audit import AuditEvent
from expense_agent.domain.authority import Asked, Authority, authority, too_late
from expense_agent.domain.category import Category
from expense_agent.domain.policy import Policy
from expense_agent.domain.reach import Reach
from expense_agent.in_force import categories_in_force, policy_in_force
from expense_agent.ports import Clock, utc
from expense_agent.service import (
    InvoiceDetail,
    PaymentQuery,
    PaymentView,
    QueueNews,
    QueueOverview,
    QueueQuery,
    StepRow,
)
from expense_agent.service.readings import Verification
from expense_agent.service.store_metrics import Metrics
from expense_agent.settings import Settings
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.category_table import CategoryReader
from expense_agent.storage.forgotten_table import ForgottenTable
from expense_agent.storage.ledger import StoredLedger
from expense_agent.storage.opening import open_store
from expense_agent.storage.overdue import Overdue
from expense_agent.storage.payment_runs import PaymentRunTable
from expense_agent.storage.payment_table import PaymentListing
from expense_agent.storage.queue_reader import QueueReader
from expense_agent.storage.records import ReadingsReader, RecordReader
from expense_agent.storage.restorations import RestorationTable
from expense_agent.storage.step_table import step_rows
from expense_agent.storage.store import Store
from expense_agent.storage.sums import BudgetReader
from expense_agent.storage.verify import verify


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)


def open_books(settings: Settings, *, to_act: bool = False) -> "Books":
    """Open a store; raises StoreUnusable or PolicyInvalid."""
    policy = policy_in_force(settings)
    return Books(settings, policy, open_store_of(settings, to_act=to_act), SystemClock())


def open_store_of(settings: Settings, *, to_act: bool = False) -> Store:
    """Open the store that settings name; raises StoreUnusable."""
    return open_store(
        settings.store,
        settings.busy_seconds,
        settings.memory,
        to_act=to_act,
        anywhere=settings.force_store,
    )


class Books:
    """The reading half of service.ApprovalService. Any thread may call it."""

    def __init__(self, settings: Settings, policy: Policy, store: Store, clock: Clock) -> None:
        self._settings = settings
        self.approver = settings.approver
        self.policy = policy
        self._store = store
        database = self._database = store.database
        self._clock = clock
        self._presence = store.session(settings.approver)
        self._ledger = StoredLedger(database, clock, self._presence)
        self._trail = AuditTrail(database, clock)
        self._categories = categories_in_force(settings)
        self.category_labels = _labels(self._categories)
        self.category_reader = CategoryReader(database, self._categories)
        reach = Reach(settings.approver, policy)
        self._queue = QueueReader(
            database,
            _judge(settings.approver, policy, clock),
            reach,
            lambda asked: reach.waits_for(asked, utc(clock.now())),
        )
        table = PaymentRunTable(database, clock, self._trail)
        restorations = RestorationTable(database, clock, self._trail)
        self.treasury = Treasury(database, table, restorations, policy, clock, settings.approver)
        forgotten = ForgottenTable(database, clock, self._trail)
        self.reconciler = Reconciler(
            database, table, restorations, forgotten, policy, clock, settings.approver
        )
        self.payment_list = PaymentListing(database)
        self.rows = self._queue.rows
        self.requests_of = self._queue.rows_of
        self.change_counter = self._trail.last_seq
        self.open_ends = self._ledger.open_ends
        self._records = RecordReader(database, self._queue, self._trail)
        self.readings = ReadingsReader(database)
        self._budgets = BudgetReader(database, policy, clock)
        self.overdue = Overdue(database, clock, self._trail, self._ledger.claims)
        self.reminder = Reminder(self.overdue, policy)
        self.edit_desk = EditDesk(
            self._ledger,
            policy,
            clock,
            self.category_labels.keys(),
            settings.approver,
        )
        self._sources = store.sources
        self.documents = Documents(self._records, self._sources)
        self.auditor = Auditor(
            database,
            self._records,
            table,
            self._sources,
            self._categories,
            clock,
            settings.approver,
        )

    @property
    def why_read_only(self) -> str | None:
        """Why nothing may be changed in this store; None: it may."""
        return self._database.why_read_only

    def overview(self, query: QueueQuery) -> QueueOverview:
        """Return the order and totals of the open requests that match."""
        return self._queue.overview(query, utc(self._clock.now()))

    def news(self, query: QueueQuery, newest: int, change: int) -> QueueNews:
        """Return what has happened since an overview with this `newest` and `change`."""
        return self._queue.news(query, newest, change, utc(self._clock.now()))

    def counts(self, queries: Sequence[QueueQuery]) -> list[int]:
        """Return how many requests match each query."""
        return self._queue.counts(queries, utc(self._clock.now()))

    def invoice(self, invoice_id: str) -> InvoiceDetail:
        """Return one invoice, whole; raises UnknownInvoice."""
        detail = self._records.invoice(invoice_id)
        return replace(detail, budgets=self._budgets.positions(detail))

    def steps(self) -> list[StepRow]:
        """Return the threads that a person steps through, in the order of their import."""
        return step_rows(self._database)

    def payments(self, status: str | None = None) -> list[PaymentView]:
        """Return all payments at once, for a script on a small store; front ends read pages."""
        return self.payment_list.rows(self.payment_list.overview(PaymentQuery(status)).keys)

    def history(self, invoice_id: str | None = None) -> list[AuditEvent]:
        """Return the audit trail, or that of one invoice, oldest first."""
        return self._trail.events(invoice_id)

    def metrics(self) -> Metrics:
        """Return the figures of the store; `service.figure_keys.METRICS` says what each is."""
        from expense_agent.storage.metrics import metrics

        return metrics(self._database, self._clock.now())

    def verify(self, anchor: str | None = None) -> Verification:
        """Prove the audit chain, and every payment from its decisions; `anchor`: a head kept."""
        return verify(self._database, anchor)

    def shut(self) -> None:
        """Close the store's files, and let go of what is held."""
        self._store.close()
        self._presence.close()


def _labels(categories: Collection[Category]) -> dict[str, str]:
    """Return the labels of the categories that can be chosen, by id."""
    return {category.id: category.label for category in categories if not category.removed}


def _judge(who: str, policy: Policy, clock: Clock) -> Callable[[Asked], Authority]:
    """Return how the requests of the queue are judged for the acting person."""

    def judged(asked: Asked) -> Authority:
        now = clock.now()
        if late := too_late(asked.expires_at, utc(now)):
            return Authority(late, late=True)
        return authority(who, asked, policy, now.date())

    return judged
