"""The door of the commands: opens a store, hands out its service, and closes it again.

No other command knows how a store is put together.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from expense_agent.agent import ExpenseAgent, open_agent
from expense_agent.books import Books, open_books
from expense_agent.errors import StoreReadOnly
from expense_agent.settings import Settings
from expense_agent.streams import warn

Reader = Books
"""A store that is read, or changed without the engine."""
Agent = ExpenseAgent
"""A store on which people act."""
_T = TypeVar("_T")


@contextmanager
def opened(settings: Settings) -> Iterator[Reader]:
    """Open the store for reading; of one that can only be read, say so on standard error."""
    books = open_books(settings)
    try:
        warn_read_only(settings.store, books.why_read_only)
        yield books
    finally:
        books.shut()


@contextmanager
def acting(settings: Settings) -> Iterator[Reader]:
    """Open the store to change it without the engine; raises StoreReadOnly."""
    books = open_books(settings, to_act=True)
    try:
        yield books
    finally:
        books.shut()


@contextmanager
def recording(settings: Settings) -> Iterator[Agent]:
    """Open the store to act on it without an event loop; raises StoreReadOnly."""
    agent = open_agent(settings)
    try:
        yield agent
    finally:
        agent.shut()


def with_agent(settings: Settings, work: Callable[[Agent], Coroutine[Any, Any, _T]]) -> _T:
    """Act on the store in an event loop of its own, and let what runs finish."""

    async def worked() -> _T:
        agent = open_agent(settings)
        try:
            return await work(agent)
        finally:
            await agent.close()

    return asyncio.run(worked())


def warn_read_only(store: Path, why: str | None) -> None:
    """Say on standard error why nothing can be changed in a store, if that is so."""
    if why:
        warn(f"warning: {StoreReadOnly(store, why)}")
