"""Runs the real engine on a real store, and says shortly what tests want to know of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Seen
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Policy
from expense_agent.ports import Clock
from expense_agent.service import Approve, Edit, Event, Expire, QueueQuery, QueueRow, Reject
from expense_agent.settings import settings_from
from expense_agent.storage.sqlite.folder_store import FolderStore
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.session_files import LockedPresence
from tests.fakes import FixedClock


class Office:
    """One store and whoever works on it."""

    def __init__(self, folder: Path, policy: Policy, clock: Clock) -> None:
        self.folder = folder
        self.policy = policy
        self.clock = clock
        self.opened: list[ExpenseAgent] = []

    def person(self, name: str = "ann") -> ExpenseAgent:
        """Open the store as this person, as another process would."""
        settings = replace(
            settings_from(str(self.folder), None, name, environ={}), busy_seconds=5.0
        )
        agent = ExpenseAgent(settings, self.policy, FolderStore(self.folder, 5.0), self.clock)
        self.opened.append(agent)
        return agent

    async def close(self) -> None:
        """Close every session, as if all had quit."""
        while self.opened:
            await self.opened.pop().close()


@asynccontextmanager
async def an_office(
    folder: Path, policy: Policy | None = None, clock: Clock | None = None
) -> AsyncIterator[Office]:
    office = Office(folder / "store", policy or Policy(), clock or FixedClock())
    try:
        yield office
    finally:
        await office.close()


def file_of(agent: ExpenseAgent) -> SqliteDatabase:
    """Return the ledger's file as this session has it open."""
    assert isinstance(agent._database, SqliteDatabase)
    return agent._database


def vanish(agent: ExpenseAgent) -> None:
    """End a session for the others as a kill does: its lock goes, its rows and its file stay."""
    assert isinstance(agent._presence, LockedPresence)
    assert agent._presence.current, "it holds something"
    agent._presence.leave_to_parent()  # closes the file, and nothing else


async def take(agent: ExpenseAgent, *invoices: Invoice) -> dict[str, str]:
    """Import invoices; give the outcome by invoice number."""
    await agent.start()
    taken = await asyncio.to_thread(
        agent._worker.engine.intake.take, [(inv, 0) for inv in invoices]
    )
    return {
        invoice.number or "": what.outcome for invoice, what in zip(invoices, taken, strict=True)
    }


def queue(agent: ExpenseAgent) -> list[QueueRow]:
    return agent.rows(agent.overview(QueueQuery()).keys)


def waiting(agent: ExpenseAgent, number: str, level: int = 1) -> QueueRow:
    """Return the open request of an invoice number."""
    (row,) = (row for row in open_requests(agent) if (row.number, row.level) == (number, level))
    return row


def open_requests(agent: ExpenseAgent) -> list[QueueRow]:
    """Return every open request that is not on hold: of two at once the queue lists one."""
    requests = (row for shown in queue(agent) for row in agent.requests_of(shown.seen.invoice_id))
    return sorted((row for row in requests if row.status == "open"), key=lambda row: row.key)


async def approve(agent: ExpenseAgent, row: QueueRow | Seen) -> list[Event]:
    seen = row if isinstance(row, Seen) else row.seen
    return [event async for event in agent.act(Approve(seen))]


async def reject(agent: ExpenseAgent, row: QueueRow, reason: str = "not ours") -> list[Event]:
    return [event async for event in agent.act(Reject(row.seen, reason))]


async def edit(agent: ExpenseAgent, row: QueueRow, **changes: str) -> list[Event]:
    return [event async for event in agent.act(Edit(row.seen, changes, "as agreed"))]


async def expire(agent: ExpenseAgent) -> list[Event]:
    """Close every request whose time has run out."""
    due = agent.overdue.expiring()
    return [event for seen in due async for event in agent.act(Expire(seen))]


def tables(agent: ExpenseAgent) -> Callable[[str], list[tuple[object, ...]]]:
    """Look into the ledger with SQL."""
    return lambda sql: [tuple(row) for row in agent._database.all(sql)]
