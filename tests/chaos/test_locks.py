"""Somebody else holds the lock: a bounded wait, a sentence, and nothing half done."""

import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.policy import Policy
from expense_agent.errors import StoreUnusable
from expense_agent.service import Approve, Edit, Event, Expire, Failed, Reject
from expense_agent.settings import settings_from
from expense_agent.storage.sqlite.folder_store import FolderStore
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE
from tests.agents import approve, file_of, tables, take, waiting
from tests.builders import an_invoice
from tests.fakes import FixedClock

BUSY_SECONDS = 0.2
ACTIONS = ("approve", "reject", "edit", "expire", "recover", "import")


@asynccontextmanager
async def impatient(folder: Path, clock: FixedClock) -> AsyncIterator[ExpenseAgent]:
    settings = settings_from(str(folder / "store"), None, "ann", environ={})
    settings = replace(settings, busy_seconds=BUSY_SECONDS)
    agent = ExpenseAgent(settings, Policy(), FolderStore(settings.store, BUSY_SECONDS), clock)
    try:
        yield agent
    finally:
        await agent.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file as a backup program or a stopped session does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")


async def told(agent: ExpenseAgent, action: str, clock: FixedClock) -> str:
    """Try something; give the sentence it ends with."""
    seen = waiting(agent, "R-1001").seen
    if action == "expire":
        clock.pass_time(hours=100)
    acts = {
        "approve": lambda: agent.act(Approve(seen)),
        "reject": lambda: agent.act(Reject(seen, "no")),
        "edit": lambda: agent.act(Edit(seen, {"payable_amount": "80.00"}, "typo")),
        "expire": lambda: agent.act(Expire(seen)),
    }
    with locked(agent._settings.store / LEDGER_FILE):
        try:
            if action == "recover":
                await agent.recover()
            elif action == "import":
                await take(agent, an_invoice("130.00 EUR", number="R-3"))
            else:
                events: list[Event] = [event async for event in acts[action]()]
                return str(getattr(events[-1], "reason", events[-1]))
        except StoreUnusable as refusal:
            return str(refusal)
    return ""


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_locked_ledger_is_told_in_time_and_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    clock = FixedClock()
    async with impatient(tmp_path, clock) as agent:
        await take(agent, an_invoice("720.00 EUR"))
        before = list(file_of(agent).connection.iterdump())
        rows = waiting(agent, "R-1001")
        monkeypatch.setattr("tests.chaos.test_locks.waiting", lambda *_: rows)
        if action == "expire":
            monkeypatch.setattr(agent.overdue, "expiring", lambda: [rows.seen])
        started = time.monotonic()
        said = await told(agent, action, clock)
        assert time.monotonic() - started < 10 * BUSY_SECONDS
        assert "ledger.db: database is locked" in said
        assert list(file_of(agent).connection.iterdump()) == before


async def test_locked_checkpoints_keep_the_decision_and_a_later_run_carries_it_out(
    tmp_path: Path,
) -> None:
    async with impatient(tmp_path, FixedClock()) as agent:
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        with locked(agent._settings.store / CHECKPOINTS_FILE):
            last = (await approve(agent, row))[-1]
        assert isinstance(last, Failed)
        assert "checkpoints.db: database is locked" in last.reason
        assert tables(agent)("SELECT status, failures FROM invoices") == [("deciding", 0)]
        assert (await agent.recover()).finished == (row.seen.invoice_id,)
        assert [p.approved_by for p in agent.payments()] == [("ann",)]
