"""Carries an import to the engine's thread and its news back; decisions go on beside it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from expense_agent.errors import ExpenseAgentError
from expense_agent.service import ApprovalService, ImportProgress, ImportReport
from tui.engine_client import EngineClient
from tui.messages import ImportTold
from tui.session import Session


class ImportCarrier:
    """One import at a time; stopping one takes effect after the chunk in hand."""

    def __init__(self, session: Session, tell: Callable[[ImportTold], None]) -> None:
        self._session = session
        self._tell = tell
        self._stop: Callable[[], None] | None = None

    def begin(
        self, engine: EngineClient | None, paths: Sequence[Path], mapping: Path | None
    ) -> None:
        """Hand an import to the engine, unless one is running."""
        session = self._session
        if engine is None or session.imports.running:
            session.inbox.said = "an import is running: wait for it, or stop it with X"
            session.changed.publish(frozenset())
            return
        number = session.imports.begin(paths, mapping, session.now()).number

        def told(news: ImportProgress | ImportReport | str) -> None:
            self._tell(ImportTold(number, news))

        async def work(service: ApprovalService) -> None:
            try:
                told(await service.submit(paths, mapping, told))
            except (ExpenseAgentError, OSError, ValueError) as error:
                told(str(error))

        def ended(reason: str) -> None:
            told(reason)

        self._stop = engine.run(work, ended)
        session.changed.publish(frozenset())

    def stop(self) -> None:
        """End the running import after the chunk in hand; what is taken stays."""
        if self._stop and self._session.imports.running:
            self._stop()

    def told(self, message: ImportTold) -> None:
        """Take in the news of an import; its end is kept in the log."""
        batch = self._session.imports.apply(message.number, message.news)
        if not batch.running:
            self._session.inbox.said = batch.sentence
            self._session.notices.add(batch.sentence)
        self._session.changed.publish(frozenset())
