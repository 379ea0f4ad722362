"""The approval service in a thread and event loop of its own, for decisions and longer work.

Decisions go in at any time, also before the engine has loaded; a running one is never cancelled.
Events come out in batches, at most twenty a second, in the order they happened.
"""

import asyncio
import gc
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from expense_agent.errors import ExpenseAgentError
from expense_agent.service import (
    ApprovalService,
    Event,
    Failed,
    ImportProgress,
    ImportReport,
    RecoveryReport,
    Refused,
    Step,
)
from tui.messages import EngineLoaded, EngineTold, ErrandWanted, ImportWanted, Later
from tui.model.intent import Decision
from tui.session import Session

BATCH_SECONDS = 0.05
AT_ONCE = 8
"""Decisions carried out at the same time; more only wait for the same disk."""
LOADING_SWITCH_SECONDS = 0.0005
"""Thread switch interval while LangGraph is imported: keys are answered, the import is slower."""


class EngineClient:
    """Carries decisions to the service and its events back."""

    def __init__(
        self,
        service: ApprovalService,
        tell: Callable[[EngineTold | EngineLoaded], None],
        *,
        acts: bool = True,
    ) -> None:
        """Begin nothing yet. Where nobody `acts` nothing is recovered either, only read."""
        self._service = service
        self._tell = tell
        self._acts = acts
        self._loop = asyncio.new_event_loop()
        # One for the ledger and one for a node of each: what is written at once shares a commit.
        self._loop.set_default_executor(ThreadPoolExecutor(2 * AT_ONCE, "engine"))
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self.launch = self._thread.start
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._started = asyncio.Event()
        self._finish = asyncio.Event()
        self._broken: str | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._batch: list[tuple[int, Event]] = []
        self._flush_due = False

    # --- called from the app's thread

    def carry_out(self, key: int, what: Decision | Step) -> None:
        """Hand a decision over; its events are told with this key."""
        self._loop.call_soon_threadsafe(self._begin, key, what)

    def run(
        self, work: Callable[[ApprovalService], Awaitable[None]], ended: Callable[[str], None]
    ) -> Callable[[], object]:
        """Run something longer beside the decisions; return what stops it.

        `ended` is told why, if the work did not come to its own end.
        """
        tasks: list[asyncio.Task[None]] = []

        def begin() -> None:
            task = self._loop.create_task(self._work(work, ended))
            tasks.append(task)
            self._running.add(task)
            task.add_done_callback(self._running.discard)

        def stop() -> None:
            for task in tasks:
                task.cancel()

        self._loop.call_soon_threadsafe(begin)
        return partial(self._loop.call_soon_threadsafe, stop)

    def finish(self) -> None:
        """End the thread once every decision handed over has ended."""
        self._loop.call_soon_threadsafe(self._finish.set)

    def join(self, seconds: float | None) -> bool:
        """Wait for the end after `finish` (None: however long); says whether it has come."""
        if self._loop.is_closed():
            return True
        if self._thread.ident is None:  # the app ended before its first list
            self._loop.run_until_complete(self._service.close())
            self._loop.close()
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    # --- in the engine's thread

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        await self._load()
        await self._finish.wait()
        while self._running:
            await asyncio.gather(*self._running)
        self._flush()
        await self._service.close()

    async def _load(self) -> None:
        try:
            with _quick_switching():
                report = await self._service.start() if self._acts else RecoveryReport()
        except Exception as error:  # noqa: BLE001 - a border: the app lives on and can be read
            self._broken = f"the engine could not start: {error}"
            self._tell(EngineLoaded(None, self._broken))
        else:
            self._tell(EngineLoaded(report))
        gc.freeze()  # a full collection over LangGraph's modules would stop the screen for 0.2 s
        gc.enable()  # the launcher has switched it off for the start
        self._started.set()

    def _begin(self, key: int, what: Decision | Step) -> None:
        task = self._loop.create_task(self._carry_out(key, what))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _carry_out(self, key: int, what: Decision | Step) -> None:
        await self._started.wait()
        if self._broken:
            self._told(key, Refused(what.invoice_id, self._broken))
            return
        async with self._slots:
            try:
                async for event in self._service.act(what):
                    self._told(key, event)
            except Exception as error:  # noqa: BLE001 - a border: one decision never stops the rest
                reason = f"{type(error).__name__}: {error}; `expense-agent recover` finishes it"
                self._told(key, Failed(what.invoice_id, reason))

    async def _work(
        self, work: Callable[[ApprovalService], Awaitable[None]], ended: Callable[[str], None]
    ) -> None:
        try:
            await self._started.wait()
            if self._broken:
                ended(self._broken)
                return
            await work(self._service)
        except asyncio.CancelledError:
            ended("stopped; what was taken stays, the same import again takes the rest")
        except Exception as error:  # noqa: BLE001 - a border: the decisions beside it go on
            ended(f"{type(error).__name__}: {error}")

    def _told(self, key: int, event: Event) -> None:
        self._batch.append((key, event))
        if not self._flush_due:
            self._flush_due = True
            self._loop.call_later(BATCH_SECONDS, self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if self._batch:
            self._tell(EngineTold(tuple(self._batch)))
            self._batch.clear()


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let other threads in more often while a long import holds the interpreter."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(LOADING_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


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
