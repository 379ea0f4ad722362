"""Carries out what is recorded, and keeps the store in order while a session lives.

LangGraph is loaded by `start`, or by the first action that is recorded. Nothing that has begun is
cut off: `stop` waits for it, whoever asked for it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from expense_agent.errors import ExpenseAgentError, StoreUnusable
from expense_agent.ports import Ledger
from expense_agent.ports.holding import Claims
from expense_agent.service import Event, Expire, Recorded, RecoveryReport, Refused, Step, Submitted
from expense_agent.storage.overdue import Overdue
from expense_agent.storage.store import Store
from expense_agent.workflow.recording import Recorder

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Duties:
    """The parts a worker needs, and how often it looks after the store."""

    store: Store
    ledger: Ledger
    recorder: Recorder
    overdue: Overdue
    remind: Callable[[], object]
    """Reminds people of requests whose time runs out."""
    open_engine: Callable[[], Any]
    """Opens the graphs; takes seconds, because it loads LangGraph."""
    at_once: int
    upkeep_seconds: float


class Worker:
    """Runs threads on the engine, one task an action."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        self.engine: Any = None
        """None until it is loaded."""
        self.closing = asyncio.Event()
        self.upkeep: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._at_once = asyncio.Semaphore(duties.at_once)
        self._running: set[asyncio.Task[Any]] = set()

    async def start(self) -> RecoveryReport:
        """Load the engine and finish what a crash cut off; later calls do nothing."""
        async with self._starting:
            if self.engine is not None:
                return RecoveryReport()
            checking = asyncio.to_thread(self._duties.store.refuse_damaged)
            await asyncio.gather(checking, asyncio.to_thread(_import_engine))
            self.engine = await asyncio.to_thread(self._duties.open_engine)
            report = await self.recover(retry_failed=False)
            self.upkeep = asyncio.create_task(self._keep_up())
            return report

    async def stop(self) -> None:
        """Let everything that runs come to its end."""
        self.closing.set()
        if self.upkeep:
            await self.upkeep
        if self._running:
            await asyncio.wait(self._running)
        if self.engine is not None:
            self.engine.close()

    def kept(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Run what must not be cut off."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def carry_out(self, action: Recorded) -> AsyncIterator[Event]:
        """Write an action down, then carry it out and tell how it goes; ends with a Final.

        In a task of its own: a caller that goes away must not cancel a payment or keep a claim.
        """
        told: asyncio.Queue[Event | None] = asyncio.Queue()
        task = self.kept(self._record(action, told))
        while (event := await told.get()) is not None:
            yield event
        await task

    async def recover(self, *, retry_failed: bool) -> RecoveryReport:
        """Finish what was cut off; with `retry_failed` also what was given up or went astray."""
        from expense_agent.workflow.recovery import recover

        return await recover(
            self._duties.ledger,
            self.engine.runner,
            retry_failed=retry_failed,
            stop=self.closing.is_set,
            # A look at every checkpoint: only where somebody asks for it.
            astray=self._duties.store.database.astray if retry_failed else tuple,
        )

    async def _record(self, action: Recorded, told: asyncio.Queue[Event | None]) -> None:
        ledger = self._duties.ledger
        record = partial(self._duties.recorder.record, action)
        try:
            job = await asyncio.to_thread(ledger.together, record)
        except ExpenseAgentError as refusal:
            told.put_nowait(refused(action.invoice_id, refusal))
        else:
            told.put_nowait(Submitted(action.invoice_id))
            step = isinstance(action, Step)
            with _left_to_recovery(ledger.claims, job.owner):
                await self.start()
                async with self._at_once:
                    async for event in self.engine.runner.carry_out(job, step=step):
                        told.put_nowait(event)
        finally:
            told.put_nowait(None)

    async def _keep_up(self) -> None:
        """Finish what others have left cut off, and close what has run out of time."""
        while not await _comes_within(self.closing, self._duties.upkeep_seconds):
            with suppress(StoreUnusable):  # locked or full: it may not be the next time
                await self.recover(retry_failed=False)
                await self._expire()
                await asyncio.to_thread(self._duties.remind)

    async def _expire(self) -> None:
        for seen in await asyncio.to_thread(self._duties.overdue.expiring):
            if self.closing.is_set():
                break
            async for _event in self.carry_out(Expire(seen)):
                pass


def refused(invoice_id: str, refusal: ExpenseAgentError) -> Refused:
    """Turn a refusal into the event that tells it."""
    return Refused(invoice_id, str(refusal), by=getattr(refusal, "by", None))


@contextmanager
def _left_to_recovery(claims: Claims, owner: str) -> Iterator[None]:
    """Let recovery have what cannot be carried out here."""
    try:
        yield
    except BaseException:
        claims.leave(owner)
        raise


def _import_engine() -> None:
    """Load LangGraph: seconds in which the ledger can be checked."""
    import expense_agent.engine  # noqa: F401


async def _comes_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
