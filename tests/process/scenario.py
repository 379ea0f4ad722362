"""What the child processes of these tests do: real work on a real store, until they are killed.

A child counts the statements SQLite runs for it and kills itself, as `kill -9` would, at the one it
is told; so a trial can be repeated from its seed. Nothing of the product knows about it.
"""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import expense_agent.engine  # noqa: F401 - LangGraph, once, in the server children fork from
from expense_agent.agent import ExpenseAgent
from expense_agent.books import SystemClock
from expense_agent.domain.policy import Policy
from expense_agent.service import Approve, Edit, Event, QueueQuery, QueueRow, Reject
from expense_agent.settings import Settings
from expense_agent.storage.database import Database
from tests.builders import an_invoice

POLICY = Policy(second_above=Decimal("10000.00"))
CLAIM_SECONDS = 0.05
"""Claims of killed processes run out at once, so that a trial need not wait for them."""

CLEAN = [f"clean-{number}" for number in range(6)]
AMOUNTS = {
    **{number: f"{100 + place}.00" for place, number in enumerate(CLEAN)},
    "approved": "700.00",
    "edited": "800.00",
    "rejected": "900.00",
    "two-people": "20000.00",
}
PAID = {**AMOUNTS, "edited": "80.00"}
del PAID["rejected"]

STEPS = ("take_in", "approve", "edit", "approve_edited", "reject", "first_of_two", "second_of_two")


def run(step: str, store: str, kill_at: int, count: Any = None) -> None:
    """Carry out one step in this process, and kill it at the given statement (0: never)."""
    ticks = _kill_at(kill_at)
    asyncio.run(carried_out(step, Path(store)))
    if count is not None:
        count.value = len(ticks)


def approve_at_once(store: str, who: str, barrier: Barrier, told: Any) -> None:
    """Approve everything that waits, each item at the same moment as another process."""
    asyncio.run(_approve_at_once(Path(store), who, barrier, told))


def person(
    store: Path, who: str, policy: Policy = POLICY, claim: float = CLAIM_SECONDS
) -> ExpenseAgent:
    """Open the store as this person."""
    settings = Settings(store=store, approver=who, claim_seconds=claim, chunk=4)
    return ExpenseAgent(settings, policy, Database(store, settings.busy_seconds), SystemClock())


def _kill_at(limit: int) -> list[None]:
    ticks: list[None] = []

    def tick(_statement: str) -> None:
        ticks.append(None)
        if len(ticks) == limit:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = sqlite3.connect

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(tick)
        return connection

    sqlite3.connect = watched  # type: ignore[assignment] # in a process that does nothing else
    return ticks


async def carried_out(step: str, store: Path) -> list[Event]:
    """Open the store, carry a step out, close it; give the last event of each decision."""
    agent = person(store, "bob" if step == "second_of_two" else "ann")
    try:
        await agent.start()
        if step == "take_in":
            invoices = [(an_invoice(f"{a} EUR", number=n), 0) for n, a in AMOUNTS.items()]
            for start in range(0, len(invoices), 4):
                await asyncio.to_thread(agent._engine.intake.take, invoices[start : start + 4])
        elif step != "recover":
            return [event async for event in _decide(step, agent)]
    finally:
        await agent.close()
    return []


async def _decide(step: str, agent: ExpenseAgent) -> AsyncIterator[Event]:
    """Do what the step says, if its request still waits for it: a repetition changes nothing."""
    number, level, round_number = {
        "approve": ("approved", 1, 1),
        "edit": ("edited", 1, 1),
        "approve_edited": ("edited", 1, 2),
        "reject": ("rejected", 1, 1),
        "first_of_two": ("two-people", 1, 1),
        "second_of_two": ("two-people", 2, 1),
    }[step]
    rows = agent.rows(agent.overview(QueueQuery()).keys)
    for row in rows:
        if (row.number, row.level, row.round) == (number, level, round_number):
            async for event in _act(step, agent, row):
                yield event


def _act(step: str, agent: ExpenseAgent, row: QueueRow) -> AsyncIterator[Event]:
    if step == "edit":
        return agent.edit(Edit(row.seen, {"payable_amount": "80.00"}, "typo"))
    if step == "reject":
        return agent.reject(Reject(row.seen, "not ours"))
    return agent.approve(Approve(row.seen))


async def _approve_at_once(store: Path, who: str, barrier: Barrier, told: Any) -> None:
    agent = person(store, who, Policy(), claim=60)
    try:
        await agent.start()
        for row in agent.rows(agent.overview(QueueQuery()).keys):
            barrier.wait()
            last: Event | None = None
            async for event in agent.approve(Approve(row.seen)):
                last = event
            told.append((who, row.number, type(last).__name__, getattr(last, "by", None)))
    finally:
        await agent.close()
