"""Claims: the ledger rows that give one run the right to a thread, kept alive while it goes on.

They save work and keep recovery off what is running; money is safe without them.
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from expense_agent.errors import StoreUnusable
from expense_agent.ports import Ledger

_POLL_SECONDS = 0.05
_QUICKEST_RENEWAL_SECONDS = 1.0


def new_owner() -> str:
    """Give a name for one run's claim, never used twice."""
    return f"{os.getpid()}-{uuid.uuid4().hex[:12]}"


def renewal_seconds(ledger: Ledger) -> float:
    """Say how often a claim is renewed: twice before it runs out."""
    return max(_QUICKEST_RENEWAL_SECONDS, ledger.claims.seconds / 3)


@asynccontextmanager
async def claimed(
    ledger: Ledger, thread_id: str, owner: str, purpose: str, *, wait: bool
) -> AsyncIterator[bool]:
    """Hold a claim, renewed however long it takes; gives False when somebody else has it.

    With `wait` it comes in the end: whoever holds it is finishing, and lets go or runs out of time.
    """
    # The holder may be another process: nothing but the row can tell us that it is free.
    take = partial(ledger.claims.take, thread_id, owner, purpose)
    while not (ours := await asyncio.to_thread(take)) and wait:  # noqa: ASYNC110 - a row has no event
        await asyncio.sleep(_POLL_SECONDS)
    if not ours:
        yield False
        return
    renewing = asyncio.create_task(_renew(ledger, owner))
    try:
        yield True
    finally:
        renewing.cancel()
        with suppress(StoreUnusable):  # a claim that cannot be given back runs out by itself
            await asyncio.to_thread(
                ledger.together, partial(ledger.claims.release, thread_id, owner)
            )


async def _renew(ledger: Ledger, owner: str) -> None:
    while True:
        await asyncio.sleep(renewal_seconds(ledger))
        with suppress(StoreUnusable):  # a lock or a full disk may be gone the next time
            await asyncio.to_thread(ledger.claims.renew, owner)
