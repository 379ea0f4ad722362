"""Claims: the ledger rows that give one run the right to a thread, until it lets go or dies.

They save work and keep recovery off what is running; money is safe without them.
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic

from expense_agent.errors import RequestRefused, StoreUnusable
from expense_agent.ports import Ledger, Registered
from expense_agent.service.readings import Held

PATIENCE_SECONDS = 20.0
"""How long a run waits for another that lives: it is finishing, or it hangs."""
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Job:
    """A thread to be run, with the claim on it."""

    thread_id: str
    owner: str
    """The owner of the claim."""
    known: Registered | None = None
    """Its invoice as it is now, where the claim was taken; None: it has to be read."""


def new_owner() -> str:
    """Return a name for one run's claim, never used twice."""
    return f"{os.getpid()}-{uuid.uuid4().hex[:12]}"


def take_or_refuse(ledger: Ledger, known: Registered, owner: str, purpose: str) -> None:
    """Take a claim; raises RequestRefused naming who else has it."""
    if not ledger.claims.take(known.thread_id, owner, purpose):
        held = ledger.claims.holder(known.thread_id)
        raise RequestRefused(f"{known.id} is held by {held}", by=held.by if held else None)


@asynccontextmanager
async def claimed(
    ledger: Ledger, thread_id: str, owner: str, purpose: str, *, wait: bool
) -> AsyncIterator[Held | None]:
    """Hold a claim; gives who stands in the way, if somebody does.

    With `wait` somebody does who has not let go for long.
    """
    patience = PATIENCE_SECONDS if wait else 0.0
    held = await _in_the_way(ledger, thread_id, owner, purpose, monotonic() + patience)
    if held:
        yield held
        return
    try:
        yield None
    finally:
        try:
            await asyncio.to_thread(
                ledger.together, partial(ledger.claims.release, thread_id, owner)
            )
        except StoreUnusable:
            ledger.claims.leave(owner)


async def _in_the_way(
    ledger: Ledger, thread_id: str, owner: str, purpose: str, until: float
) -> Held | None:
    """Take a claim; give who has it, if somebody lives who does not let go `until` then."""
    # The holder may be another process: nothing but the row and its lock tell that it is free.
    take = partial(ledger.claims.take, thread_id, owner, purpose)
    while not await asyncio.to_thread(take):
        held = await asyncio.to_thread(ledger.claims.holder, thread_id)
        if held and monotonic() >= until:
            return held
        await asyncio.sleep(_POLL_SECONDS)
    return None
