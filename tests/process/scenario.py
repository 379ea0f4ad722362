"""Work of the child processes of these tests on a real store, until they are killed.

A child counts the statements SQLite runs for it and kills itself, as `kill -9` would, at the one it
is told; so a trial can be repeated from its seed. Nothing of the product knows about it.
"""

import asyncio
import os
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import expense_agent.engine  # noqa: F401 - LangGraph, once, in the server children fork from
from expense_agent.agent import ExpenseAgent
from expense_agent.books import SystemClock
from expense_agent.domain.policy import Policy
from expense_agent.ports import Clock
from expense_agent.service import (
    Approve,
    Comment,
    Edit,
    Event,
    Expire,
    PutOnHold,
    QueueQuery,
    QueueRow,
    Reject,
    Release,
    SendBack,
)
from expense_agent.settings import Settings
from expense_agent.storage.sqlite.folder_store import FolderStore
from tests.builders import an_invoice

HOLDS = ("over_limit", "account_changed", "account_unknown", "edited", "sent_back", "on_hold")
POLICY = Policy(
    second_above=Decimal("10000.00"),
    default_severity="off",
    severities=dict.fromkeys(HOLDS, "block"),
)
"""Only what the scenario is about: invoices that are much alike would hold each other up."""

CLEAN = [f"clean-{number}" for number in range(6)]
BULK = [f"bulk-{number}" for number in range(4)]
AMOUNTS = {
    **{number: f"{100 + place}.00" for place, number in enumerate(CLEAN)},
    **{number: f"{600 + place}.00" for place, number in enumerate(BULK)},
    "approved": "700.00",
    "edited": "800.00",
    "rejected": "900.00",
    "held": "710.00",
    "asked": "720.00",
    "forgotten": "730.00",
    "two-people": "20000.00",
}
ENDS = {
    **dict.fromkeys(AMOUNTS, "scheduled"),
    "rejected": "rejected",
    "forgotten": "expired",
}
"""How every invoice ends once the day's work is done, however often it was begun again."""
PAID = {**{n: a for n, a in AMOUNTS.items() if ENDS[n] == "scheduled"}, "edited": "80.00"}

REQUESTS = {
    "approve": ("approved", 1, 1),
    "edit": ("edited", 1, 1),
    "approve_edited": ("edited", 1, 2),
    "reject": ("rejected", 1, 1),
    "first_of_two": ("two-people", 1, 1),
    "second_of_two": ("two-people", 2, 1),
    "hold": ("held", 1, 1),
    "release": ("held", 1, 2),
    "approve_held": ("held", 1, 3),
    "send_back": ("asked", 1, 1),
    "comment": ("asked", 1, 2),
    "approve_asked": ("asked", 1, 2),
    "expire": ("forgotten", 1, 1),
}
"""Which request a step answers: invoice number, level, round."""
STEPS = ("take_in", *REQUESTS, "approve_bulk")


def run(
    steps: Sequence[str],
    store: str,
    kill: tuple[str, int] = ("", 0),
    seen: Any = None,
    alter: Callable[[], None] | None = None,
) -> None:
    """Do a day's work in this process, and kill it at the n-th statement that begins with a word.

    `seen` is told how many there were; `alter` makes this process a worse build of the product.
    """
    if alter:
        alter()
    ticks = _kill_at(*kill)
    asyncio.run(carried_out(steps, Path(store)))
    if seen is not None:
        seen.value = len(ticks)


def approve_at_once(store: str, who: str, barrier: Barrier, told: Any) -> None:
    """Approve everything that waits, each item at the same moment as another process."""
    asyncio.run(_approve_at_once(Path(store), who, barrier, told))


def decide_at_once(
    store: str, who: str, seed: int, hours_ahead: float, barrier: Barrier, told: Any
) -> None:
    """Decide on everything that waits, as seven others do at the same moment."""
    asyncio.run(_decide_at_once(Path(store), who, seed, hours_ahead, barrier, told))


def person(
    store: Path,
    who: str,
    policy: Policy = POLICY,
    clock: Clock | None = None,
) -> ExpenseAgent:
    """Open the store as this person."""
    settings = Settings(store=store, approver=who, chunk=4)
    opened = FolderStore(store, settings.busy_seconds)
    return ExpenseAgent(settings, policy, opened, clock or SystemClock())


@dataclass(frozen=True)
class Ahead:
    """The machine's clock, set wrong by some hours."""

    hours: float

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=self.hours)


def _kill_at(word: str, limit: int) -> list[None]:
    ticks: list[None] = []

    def tick(statement: str) -> None:
        if statement.startswith(word):
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


async def carried_out(steps: Sequence[str], store: Path) -> list[Event]:
    """Do what the steps say, each person in a session of theirs; give what was told."""
    told: list[Event] = []
    for (who, hours), mine in groupby(steps, key=_by):
        agent = person(store, who, clock=Ahead(hours))
        try:
            await agent.start()
            for step in mine:
                told += [event async for event in _done(step, agent)]
        finally:
            await agent.close()
    return told


def _by(step: str) -> tuple[str, int]:
    """Say who does a step, and how many hours that person's clock is ahead."""
    return "bob" if step == "second_of_two" else "ann", 100 if step == "expire" else 0


async def _done(step: str, agent: ExpenseAgent) -> AsyncIterator[Event]:
    """Carry a step out, if its request waits: a repetition changes nothing."""
    if step.startswith("take_in"):
        numbers = [n for n in AMOUNTS if step in ("take_in", f"take_in {n}")]
        invoices = [(an_invoice(f"{AMOUNTS[n]} EUR", number=n), 0) for n in numbers]
        for start in range(0, len(invoices), 4):
            await asyncio.to_thread(agent._worker.engine.intake.take, invoices[start : start + 4])
    elif step == "recover":
        await agent.recover()
    elif step == "approve_bulk":
        for event in await _at_once(agent):
            yield event
    else:
        async for event in _answered(step, agent):
            yield event


async def _answered(step: str, agent: ExpenseAgent) -> AsyncIterator[Event]:
    for row in _waiting(agent):
        if (row.number, row.level, row.round) == REQUESTS[step]:
            async for event in _act(step, agent, row):
                yield event


async def _at_once(agent: ExpenseAgent) -> list[Event]:
    """Approve several in the same moment: what they write shares its commits."""

    async def approved(row: QueueRow) -> list[Event]:
        return [event async for event in agent.act(Approve(row.seen))]

    rows = (row for row in _waiting(agent) if row.number in BULK)
    return [event for told in await asyncio.gather(*map(approved, rows)) for event in told]


def _waiting(agent: ExpenseAgent) -> list[QueueRow]:
    keys = (key for held in (False, True) for key in agent.overview(QueueQuery(held=held)).keys)
    return agent.rows(list(dict.fromkeys(keys)))


def _act(step: str, agent: ExpenseAgent, row: QueueRow) -> AsyncIterator[Event]:
    match step:
        case "edit":
            return agent.act(Edit(row.seen, {"payable_amount": "80.00"}, "typo"))
        case "reject":
            return agent.act(Reject(row.seen, "not ours"))
        case "hold":
            return agent.act(PutOnHold(row.seen, date.today() + timedelta(days=30), "call back"))  # noqa: DTZ011 - any day
        case "release":
            return agent.act(Release(row.seen))
        case "send_back":
            return agent.act(SendBack(row.seen, "is it ours?"))
        case "comment":
            return agent.act(Comment(row.seen.invoice_id, "it is"))
        case "expire":
            return agent.act(Expire(row.seen))
        case _:
            return agent.act(Approve(row.seen))


async def _approve_at_once(store: Path, who: str, barrier: Barrier, told: Any) -> None:
    agent = person(store, who)
    try:
        await agent.start()
        for row in agent.rows(agent.overview(QueueQuery()).keys):
            barrier.wait()
            last: Event | None = None
            async for event in agent.act(Approve(row.seen)):
                last = event
            told.append((who, row.number, type(last).__name__, getattr(last, "by", None)))
    finally:
        await agent.close()


async def _decide_at_once(
    store: Path, who: str, seed: int, hours_ahead: float, barrier: Barrier, told: Any
) -> None:
    agent = person(store, who, clock=Ahead(hours_ahead))
    chance = random.Random(seed)
    mine: list[tuple[str, str, str | None, str]] = []
    try:
        await agent.start()
        for round_number in range(3):
            rows = agent.rows(agent.overview(QueueQuery()).keys)
            barrier.wait()
            for row in rows:
                events = _any_of(agent, row, chance, round_number, expires=bool(hours_ahead))
                last = [event async for event in events][-1]
                by = getattr(last, "by", None)
                reason = str(getattr(last, "reason", ""))
                mine.append((row.seen.interrupt_id, type(last).__name__, by, reason))
    finally:
        await agent.close()
    told.append((who, mine))


def _any_of(
    agent: ExpenseAgent, row: QueueRow, chance: random.Random, round_number: int, *, expires: bool
) -> AsyncIterator[Event]:
    if expires:
        return agent.act(Expire(row.seen))
    verb = chance.choice(("approve", "approve", "reject", "edit"))
    if verb == "edit" and round_number < 2:
        amount = f"{chance.randint(600, 900)}.5{round_number}"
        return agent.act(Edit(row.seen, {"payable_amount": amount}, "as agreed"))
    return agent.act(Reject(row.seen, "no")) if verb == "reject" else agent.act(Approve(row.seen))
