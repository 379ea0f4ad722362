"""The engine behind the service protocol, and the one place where its parts are put together.

`open_agent` is cheap: it opens the ledger and reads the policy. LangGraph is loaded by `start`, or
by the first thing that needs it; reading and recording a decision do not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expense_agent.books import Books, SystemClock, open_store_of
from expense_agent.categorizers import open_categorizer
from expense_agent.desks.categories import CategoryDesk
from expense_agent.desks.documents import attached
from expense_agent.domain.category import Category
from expense_agent.domain.policy import Policy
from expense_agent.domain.supplier import Supplier
from expense_agent.errors import ExpenseAgentError, StoreUnusable
from expense_agent.in_force import policy_in_force
from expense_agent.ports import Categorizer, Clock
from expense_agent.service import (
    Action,
    AskedAgain,
    Comment,
    Event,
    ImportProblem,
    ImportProgress,
    ImportReport,
    Noted,
    RecoveryReport,
)
from expense_agent.settings import Settings
from expense_agent.storage.category_table import ModelAnswers
from expense_agent.storage.feedback_table import FeedbackTable
from expense_agent.storage.store import Store
from expense_agent.storage.supplier_table import SupplierList
from expense_agent.worker import Duties, Worker, refused
from expense_agent.workflow.decisions import Desk
from expense_agent.workflow.recording import Recorder
from expense_agent.workflow.reversal_desk import ReversalDesk


@dataclass(frozen=True, slots=True)
class SuppliersReport:
    """The result of reading a supplier list."""

    suppliers: int
    problems: tuple[ImportProblem, ...]


def open_agent(settings: Settings) -> "ExpenseAgent":
    """Open the store to act on it; raises StoreUnusable or PolicyInvalid."""
    return open_service(settings, to_act=True)


def open_service(settings: Settings, *, to_act: bool = False) -> "ExpenseAgent":
    """Open the store for a front end, which also shows one that can only be read."""
    policy = policy_in_force(settings)
    return ExpenseAgent(settings, policy, open_store_of(settings, to_act=to_act), SystemClock())


class ExpenseAgent(Books):
    """Implements service.ApprovalService: reads the books, and acts on them."""

    def __init__(self, settings: Settings, policy: Policy, store: Store, clock: Clock) -> None:
        super().__init__(settings, policy, store, clock)
        database = store.database
        self._suppliers = SupplierList(database, clock, self._trail)
        feedback = FeedbackTable(database, clock, self._trail)
        self._model = _language_model(policy, self._categories, ModelAnswers(database, clock))
        self._categorizer: Categorizer = open_categorizer(
            self._suppliers.category_of, self._categories, feedback, self._model
        )
        self._desk = Desk(self._ledger, policy, clock, self.category_labels.keys())
        self.category_desk = CategoryDesk(
            self._ledger,
            feedback,
            self.category_reader,
            self._categories,
            policy,
            clock,
            settings.approver,
        )
        reversals = ReversalDesk(self._ledger, policy)
        self._recorder = Recorder(self._desk, reversals, settings.approver)
        duties = Duties(
            store,
            self._ledger,
            self._recorder,
            self.overdue,
            remind=self.reminder.remind,
            open_engine=self._open_engine,
            at_once=settings.at_once,
            upkeep_seconds=settings.upkeep_seconds,
        )
        self._worker = Worker(duties)

    async def start(self) -> RecoveryReport:
        """Load the engine and finish what a crash cut off; later calls do nothing."""
        self._database.refuse_read_only()
        return await self._worker.start()

    def act(self, action: Action) -> AsyncIterator[Event]:
        """Record what a person wants, carry it out and tell how it goes; ends with a Final."""
        match action:
            case Comment():
                return self._commented(action)
            case _:
                return self._worker.carry_out(action)

    async def submit(
        self,
        paths: Sequence[Path],
        mapping: Path | None = None,
        told: Callable[[ImportProgress], None] | None = None,
    ) -> ImportReport:
        """Read, check and schedule or queue every invoice of the files; safe to repeat."""
        from expense_agent.desks.submission import Submission
        from expense_agent.importers.pdf_text import ModelPages

        await self.start()
        model = self.policy.language_model
        pages = ModelPages(self._model.transcribe) if model and model.read_pdfs else None
        submission = Submission(
            self._worker.engine.intake, self._sources, self._settings.chunk, told, pages
        )
        work = self._worker.kept(asyncio.to_thread(submission.run, paths, mapping))
        try:
            report = await asyncio.shield(work)
        except asyncio.CancelledError:
            submission.stop()
            raise
        if self._model is not None and (status := self._model.status):
            report.notes.append(ImportProblem("", "language model", status))
        return report

    def submit_suppliers(self, path: Path) -> SuppliersReport:
        """Take a supplier list: whoever imports it confirms its accounts."""
        from expense_agent.importers.list_file import ListedSupplier, read_suppliers

        count, problems = 0, []
        with self._ledger.transaction():
            for entry in read_suppliers(path):
                if isinstance(entry, ListedSupplier):
                    supplier = Supplier(name=entry.name, vat_id=entry.vat_id)
                    self._suppliers.add(supplier, entry.account, entry.category, self.approver)
                    count += 1
                else:
                    problems.append(ImportProblem(str(path), entry.location, entry.reason))
        return SuppliersReport(count, tuple(problems))

    async def recover(self) -> RecoveryReport:
        """Finish whatever was cut off, try again what had given up, mend what went astray.

        Called before `start`, it also sets damaged checkpoints aside and begins new ones.
        """
        aside = None
        if self._worker.engine is None:
            aside = await asyncio.to_thread(self._store.set_aside, self._clock.now())
        first = await self.start()
        again = await self._worker.recover(retry_failed=True)
        return RecoveryReport(first.finished + again.finished, again.failed, aside, again.held)

    async def close(self) -> None:
        """Let running decisions finish, then release the store."""
        await self._worker.stop()
        if self._model is not None:
            await asyncio.to_thread(self._model.close)
        with suppress(StoreUnusable):  # what cannot be given back ends with the session
            await asyncio.to_thread(self.edit_desk.shut)
        self.shut()

    async def _commented(self, action: Comment) -> AsyncIterator[Event]:
        """Append a note, which runs nothing; ends with AskedAgain, Noted or Refused."""
        try:
            yield await asyncio.to_thread(self._comment, action)
        except ExpenseAgentError as refusal:
            yield refused(action.invoice_id, refusal)

    def _comment(self, action: Comment) -> AskedAgain | Noted:
        # The file is read before the ledger is locked: nobody waits for it.
        document = attached(action.document, self._sources) if action.document else None
        about = (action.invoice_id, self.approver, action.text, document, action.asked)
        return self._ledger.together(lambda: self._desk.comment(*about))

    def _open_engine(self) -> Any:
        from expense_agent.engine import open_engine
        from expense_agent.workflow.state import Ports

        ports = Ports(self._ledger, self._categorizer, self._clock, self.policy)
        return open_engine(self._settings, ports, self._store.saver)


def _language_model(policy: Policy, categories: Sequence[Category], answers: ModelAnswers) -> Any:
    """Return the language model of the policy; without one nothing of it is even imported."""
    if policy.language_model is None:
        return None
    from expense_agent.categorizers.language_model import ModelSource

    return ModelSource(policy.language_model, categories, answers)
