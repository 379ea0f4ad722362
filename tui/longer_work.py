"""Carries longer work to the engine's thread and its news back; decisions go on beside it."""

from collections.abc import Callable
from functools import partial

from expense_agent.errors import ExpenseAgentError
from expense_agent.service import ApprovalService, ImportProgress, ImportReport
from tui.engine_client import EngineClient
from tui.messages import ErrandWanted, ImportWanted, Later
from tui.session import Session


class LongerWork:
    """One import at a time, and any number of errands."""

    def __init__(self, session: Session, tell: Callable[[Later], None]) -> None:
        self._session = session
        self._tell = tell

    def run_import(self, engine: EngineClient | None, wanted: ImportWanted) -> None:
        """Hand an import to the engine, unless one is running."""
        session, paths, mapping = self._session, wanted.paths, wanted.mapping
        if engine is None or session.imports.running:
            session.inbox.status.tell("an import is running: wait for it, or stop it with X")
            session.changed.publish(frozenset())
            return
        number = session.imports.begin(paths, mapping, session.now()).number

        def told(news: ImportProgress | ImportReport | str) -> None:
            self._tell(Later(partial(self._import_told, number, news)))

        async def work(service: ApprovalService) -> None:
            try:
                told(await service.submit(paths, mapping, told))
            except (ExpenseAgentError, OSError, ValueError) as error:
                told(str(error))

        session.imports.stop = engine.run(work, told)
        session.changed.publish(frozenset())

    def _import_told(self, number: int, news: ImportProgress | ImportReport | str) -> None:
        batch = self._session.imports.apply(number, news)
        if not batch.running:
            self._session.tell(batch.sentence)
        self._session.changed.publish(frozenset())

    def run_errand(self, engine: EngineClient | None, wanted: ErrandWanted) -> None:
        """Hand an errand to the engine; what it ends with is said and kept in the log."""
        if engine is None:
            return

        def told(sentence: str) -> None:
            self._tell(Later(partial(self._errand_told, wanted, sentence)))

        async def work(service: ApprovalService) -> None:
            try:
                told(await wanted.work(service))
            except (ExpenseAgentError, OSError) as refused:
                told(str(refused))

        engine.run(work, told)

    def _errand_told(self, wanted: ErrandWanted, sentence: str) -> None:
        self._session.tell(f"{wanted.name}: {sentence}", wanted.invoice_id)
        self._session.changed.publish(frozenset())
