"""The database as the ledger's tables need it; which one it is, they do not know.

Threads that write at the same moment share one commit: the disk is waited for once.

A commit of the ledger syncs some five times, and approving in bulk is many small commits. Whoever
comes while another commit is under way waits, and then carries out everything that waits. What one
of several refuses is undone alone.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from expense_agent.storage.sighting import Doubt, Sighting


class Row(Protocol):
    """One row of an answer, read by the name or the position of a column."""

    def __getitem__(self, column: str | int, /) -> Any:
        """Return the value of a column."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Return the values in order."""
        ...

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        ...


class Database(Protocol):
    """The ledger. Any thread may call it; each has a connection, and transactions, of its own."""

    folder: Path
    """The folder of the store, which names it in messages."""
    why_read_only: str | None
    """Why nothing may be changed here, and on further lines what to do; None: it may."""
    doubt: Doubt | None
    """Why this is not the ledger that the store has seen last; None: nothing says so."""
    seen: Sighting | None
    """The ledger as this session has left or found it last."""

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside a transaction of its own."""
        ...

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Fetch every row at once."""
        ...

    def one(self, sql: str, *values: Any) -> Row | None:
        """Fetch the first row, or None."""
        ...

    def write(self, sql: str, *values: Any) -> int:
        """Change rows inside a transaction; return how many were changed."""
        ...

    def insert(self, table: str, **values: Any) -> str | None:
        """Insert a row by column names; return its seal, None when a guard ignored it."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Begin a write transaction, or take part in the open one; an error undoes it all."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """Do a part of a transaction that may fail without the rest: it is undone alone."""
        ...

    def one_moment(self) -> AbstractContextManager[None]:
        """Read as of one moment whatever is read inside."""
        ...

    def refuse_read_only(self) -> None:
        """Refuse to act on a store that is open for reading only; raises StoreReadOnly."""
        ...

    def exclusive(self, name: str) -> AbstractContextManager[bool]:
        """Keep others, also of other processes, from the same; False: somebody else is at it."""
        ...

    def faults(self) -> Iterator[str]:
        """Say what is wrong below the rows: a damaged file, a changed table or guard."""
        ...

    def astray(self) -> dict[str, str]:
        """Return the threads that ask something else than the ledger knows, with a sentence."""
        ...

    def copy_to(self, file: Path) -> None:
        """Copy the ledger, as of one moment, to a new file."""
        ...

    def close(self) -> None:
        """Close the connections of all threads."""
        ...


def marks(values: Sequence[object]) -> str:
    """Return the placeholders for a list of values in SQL: "?, ?, ?"."""
    return ", ".join("?" * len(values))


MOST_TOGETHER = 32
"""Works in one commit; others are locked out for as long as they take."""

_T = TypeVar("_T")


@dataclass
class _Work:
    do: Callable[[], Any]
    result: Any = None
    error: BaseException | None = None
    over: bool = False

    def carry_out(self) -> None:
        """Do the work; its error is kept for the thread that waits for it."""
        try:
            self.result = self.do()
        except BaseException as error:
            self.error = error
            raise


class GroupCommit:
    """Writes for many threads of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Work] = deque()
        self._turn = threading.Lock()

    def run(self, do: Callable[[], _T]) -> _T:
        """Do a work inside a write transaction and give its result once it is committed.

        It may run in another thread that writes at the same moment; it raises here what it raised
        there. Inside a transaction of this thread it is simply a part of that one.
        """
        if self._database.in_transaction:
            return do()
        work = _Work(do)
        self._waiting.append(work)
        while not work.over:
            with self._turn:
                if not work.over:
                    self._commit([self._waiting.popleft() for _ in self._taken()])
        if work.error is not None:
            raise work.error
        return cast(_T, work.result)

    def _taken(self) -> range:
        return range(min(len(self._waiting), MOST_TOGETHER))

    def _commit(self, works: list[_Work]) -> None:
        try:
            with self._database.transaction():
                self._carry_out(works)
        except BaseException as error:  # noqa: BLE001 - told to every thread that waits for it
            for work in works:
                work.error = work.error or error
        finally:
            for work in works:
                work.over = True

    def _carry_out(self, works: list[_Work]) -> None:
        if len(works) == 1:
            works[0].carry_out()
            return
        for work in works:
            with suppress(Exception), self._database.attempt():
                work.carry_out()
