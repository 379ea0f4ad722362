"""One commit for what several threads write at the same moment: the disk is waited for once.

A commit of the ledger syncs some five times, and approving in bulk is many small commits. Whoever
comes while another commit is under way waits, and then carries out everything that waits. What one
of several refuses is undone alone.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from expense_agent.storage.database import Database

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
