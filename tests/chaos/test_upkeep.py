"""An open session keeps the store in order: every minute it finishes and closes what is due."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import id as ids

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Verdict
from expense_agent.domain.policy import Policy
from expense_agent.errors import RequestRefused
from expense_agent.ports import Registered
from expense_agent.service import Failed, OpenEnds, Scheduled
from expense_agent.settings import settings_from
from expense_agent.storage.sqlite.folder_store import FolderStore
from expense_agent.storage.sqlite.ledger_file import refusals
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from expense_agent.workflow.runner import Runner
from tests.agents import approve, file_of, queue, tables, take, waiting
from tests.builders import an_invoice
from tests.fakes import FixedClock


@asynccontextmanager
async def a_session(folder: Path, clock: FixedClock, **knobs: Any) -> AsyncIterator[ExpenseAgent]:
    settings = replace(settings_from(str(folder / "store"), None, "ann", environ={}), **knobs)
    agent = ExpenseAgent(settings, Policy(), FolderStore(settings.store, 5.0), clock)
    try:
        yield agent
    finally:
        await agent.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what a background task will bring; the test's timeout is the bound."""
    while not holds():  # noqa: ASYNC110 - the ledger tells nobody
        await asyncio.sleep(0.01)


async def test_what_another_process_left_cut_off_is_finished_while_the_session_is_open(
    tmp_path: Path,
) -> None:
    clock = FixedClock()
    async with a_session(tmp_path, clock, upkeep_seconds=0.02) as agent:
        await agent.start()
        agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "bob")
        await until(lambda: len(agent.payments()) == 1)


async def test_what_nobody_decided_in_time_is_closed_while_the_session_is_open(
    tmp_path: Path,
) -> None:
    clock = FixedClock()
    async with a_session(tmp_path, clock, upkeep_seconds=0.02) as agent:
        await take(agent, an_invoice("720.00 EUR"), an_invoice("820.00 EUR", number="R-2"))
        clock.pass_time(hours=100)
        await until(lambda: queue(agent) == [])
        look = tables(agent)
        assert look("SELECT DISTINCT verdict, approver FROM decisions") == [("expire", "clock")]
        assert agent.payments() == []


async def test_a_claimed_thread_is_left_alone_however_often_one_looks(tmp_path: Path) -> None:
    clock = FixedClock()
    async with a_session(tmp_path, clock, upkeep_seconds=0.02) as agent:
        await agent.start()
        known, _ = agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "bob")
        agent._ledger.claims.take(known.thread_id, "somebody", "import")
        other, _ = agent._ledger.register(an_invoice("130.00 EUR", number="R-2"), "cd" * 32, "bob")
        await until(lambda: len(agent.payments()) == 1)
        assert agent.payments()[0].invoice_id == other.id


async def test_closing_ends_the_upkeep_at_once(tmp_path: Path) -> None:
    async with a_session(tmp_path, FixedClock()) as agent:
        await agent.start()
        async with asyncio.timeout(5):
            await agent.close()
        assert agent._worker.upkeep is not None
        assert agent._worker.upkeep.done()


async def test_a_locked_store_does_not_end_the_upkeep(tmp_path: Path) -> None:
    clock = FixedClock()
    async with a_session(tmp_path, clock, upkeep_seconds=0.02) as agent:
        await agent.start()
        agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "bob")
        asked: list[None] = []
        whole = agent._ledger.unfinished

        def locked(*, include_failed: bool = False) -> list[str]:
            asked.append(None)
            if len(asked) < 3:
                with refusals(file_of(agent).path):
                    raise sqlite3.OperationalError("database is locked")
            return whole(include_failed=include_failed)

        agent._ledger.unfinished = locked  # type: ignore[method-assign] # the fault
        await until(lambda: len(agent.payments()) == 1)


def move_checkpoints(store: Path, seconds: float) -> None:
    """Date every checkpoint as a clock would have that was `seconds` ahead."""
    with closing(sqlite3.connect(store / CHECKPOINTS_FILE)) as connection, connection:
        for table in ("checkpoints", "writes"):
            for (old,) in connection.execute(f"SELECT DISTINCT checkpoint_id FROM {table}"):
                connection.execute(
                    f"UPDATE {table} SET checkpoint_id = ? WHERE checkpoint_id = ?",
                    (later(old, seconds), old),
                )


def later(checkpoint_id: str, seconds: float) -> str:
    value = ids.UUID(checkpoint_id)
    ticks = value.time + round(seconds * 10_000_000)
    rest = value.int & ((1 << 64) - 1)
    high, low = ticks >> 12, ticks & 0xFFF
    return str(ids.UUID(int=(high << 80) | (6 << 76) | (low << 64) | rest))


async def test_after_the_clock_was_set_back_nothing_runs_and_the_decision_is_kept(
    tmp_path: Path,
) -> None:
    clock = FixedClock()
    async with a_session(tmp_path, clock) as agent:
        await take(agent, an_invoice("720.00 EUR"))
        move_checkpoints(agent._settings.store, 3600)
        row = waiting(agent, "R-1001")
        last = (await approve(agent, row))[-1]
        assert isinstance(last, Failed)
        assert "set the clock right" in last.reason
        for _ in range(5):
            assert (await agent.recover()).failed[0][0] == row.seen.invoice_id
        assert agent.payments() == []
        assert tables(agent)("SELECT status, failures FROM invoices") == [("deciding", 0)]
        move_checkpoints(agent._settings.store, -3600)
        assert (await agent.recover()).finished == (row.seen.invoice_id,)
        assert len(agent.payments()) == 1
        assert agent.verify().ok


async def test_a_clock_corrected_by_a_moment_is_waited_for(tmp_path: Path) -> None:
    async with a_session(tmp_path, FixedClock()) as agent:
        await take(agent, an_invoice("720.00 EUR"))
        move_checkpoints(agent._settings.store, 0.5)
        assert isinstance((await approve(agent, waiting(agent, "R-1001")))[-1], Scheduled)


@pytest.mark.parametrize("jump", [-3600, 3600, 10 * 365 * 86400])
@pytest.mark.parametrize("phase", range(5))
async def test_a_clock_that_jumps_between_any_two_phases_pays_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: int, jump: int
) -> None:
    """The engine's own ids and our clock jump together; before each phase a process starts."""
    clock, ahead = FixedClock(), [0]
    time_ns = time.time_ns
    monkeypatch.setattr("time.time_ns", lambda: time_ns() + ahead[0])

    def jumped(now: int) -> None:
        ids._last_v6_timestamp = None  # a new process remembers no id
        if now == phase:
            clock.pass_time(seconds=jump)
            ahead[0] += jump * 10**9

    jumped(0)
    async with a_session(tmp_path, clock) as agent:
        await agent.start()
        jumped(1)
        await take(agent, an_invoice("120.00 EUR", number="CLEAN"), an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        thread_id = agent.invoice(row.seen.invoice_id).thread_id
    jumped(2)
    async with a_session(tmp_path, clock) as agent:
        with suppress(RequestRefused):  # to a clock far ahead the request has expired
            agent._desk.decide(row.seen, Verdict.APPROVE, "ann", "")
        decided = bool(agent._ledger.decisions(thread_id))
    jumped(3)
    for _ in range(2):
        async with a_session(tmp_path, clock) as agent:
            await agent.recover()
    jumped(4)
    async with a_session(tmp_path, clock) as agent:
        await agent.recover()
        clock.pass_time(seconds=max(0, -jump))
        ahead[0] += max(0, -jump) * 10**9
        assert (await agent.recover()).failed == ()
        paid = sorted(p.remittance for p in agent.payments())
        assert paid == (["CLEAN", "R-1001"] if decided else ["CLEAN"])
        assert agent.verify().ok
        assert agent.open_ends() == OpenEnds()
        assert decided or jump > 72 * 3600


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the threads that two runs were at in the same moment."""
    running: list[str] = []
    together: list[str] = []
    run = Runner._run

    async def watched(runner: Runner, known: Registered, step: Any) -> AsyncIterator[Any]:
        together.extend([known.id] * (known.thread_id in running))
        running.append(known.thread_id)
        try:
            async for change in run(runner, known, step):
                yield change
        finally:
            running.remove(known.thread_id)

    monkeypatch.setattr(Runner, "_run", watched)
    return together


async def both_approve(folder: Path, many: int) -> int:
    """Two sessions recover all the time, while both approve; gives how many are paid."""
    clock = FixedClock()
    async with (
        a_session(folder, clock, upkeep_seconds=0.01) as ann,
        a_session(folder, clock, upkeep_seconds=0.01) as bob,
    ):
        numbers = [f"R-{n}" for n in range(many)]
        await take(ann, *(an_invoice("720.00 EUR", number=number) for number in numbers))
        await bob.start()
        rows = queue(ann)
        halves = [(ann, row) for row in rows[::2]] + [(bob, row) for row in rows[1::2]]
        await asyncio.gather(*(approve(agent, row) for agent, row in halves))
        assert ann.verify().ok
        return len(ann.payments())


async def test_two_open_sessions_recover_nothing_of_each_other_that_runs(
    tmp_path: Path, together: list[str]
) -> None:
    """EXPENSE_AGENT_CHAOS says over how many invoices."""
    many = int(os.environ.get("EXPENSE_AGENT_CHAOS", "10"))
    assert await both_approve(tmp_path, many) == many
    assert together == []


async def test_without_claims_they_would(
    tmp_path: Path, together: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def nobody_asks(*_: Any, **__: Any) -> AsyncIterator[None]:
        yield None

    monkeypatch.setattr("expense_agent.workflow.runner.claimed", nobody_asks)
    assert await both_approve(tmp_path, 10) <= 10  # one of two runs may break off, none pays twice
    assert together
