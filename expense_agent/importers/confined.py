"""Reads compiled formats in a process of its own, under limits on memory and time.

A workbook of a kilobyte can ask for 500 GB and a PDF for minutes, which no setting of the libraries
prevents: the process that meets them is ended, and a new one goes on with the next file.
"""

import signal
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import NamedTuple, Protocol

from expense_agent.importers.confined_reader import MEMORY, Task
from expense_agent.importers.problem import UnreadableError

_START_SECONDS = 30.0
"""Seconds within which the process runs, on the busiest machine."""
_MOST_BEGUN = 2
_MOST_TRIES = 2
_BROKEN = "it breaks the program that reads it, or asks for too much memory: not read"


class Pool(Protocol):
    """One process and what it is asked, as `reading_pool` has it."""

    def schedule(self, task: Task, data: bytes) -> Future[bytes]:
        """Begin a task, or queue it behind those begun before; raises RuntimeError."""
        ...

    def end(self) -> None:
        """End the process; nothing that was begun is answered any more."""
        ...


class _Begun(NamedTuple):
    task: Task
    data: bytes
    answer: Future[bytes]


class Confined:
    """One process at a time, started by the first question, for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._begun: list[_Begun] = []
        """In the order in which they are answered."""

    def begin(self, task: Task, data: bytes) -> None:
        """Have a file read ahead: `ask` for the same object, not its equal, takes the answer."""
        with self._lock:
            if len(self._begun) < _MOST_BEGUN:
                with suppress(RuntimeError):  # `ask` tries again
                    self._begin(task, data)

    def ask(self, task: Task, data: bytes) -> bytes:
        """Return what a task makes of a file.

        Raises UnreadableError with the reader's reason, and when a limit was reached.
        """
        with self._lock:
            for _ in range(_MOST_TRIES):
                try:
                    return self._answer(task, data)
                except UnreadableError:
                    raise
                except RuntimeError:  # the process had ended before it came to this file
                    self._end()
                except Exception as error:  # noqa: BLE001 - a reader may raise anything
                    self._end()
                    raise UnreadableError(_why(error)) from None
                except BaseException:  # nobody waits for what it is doing
                    self._end()
                    raise
        raise UnreadableError(_BROKEN)

    def release(self) -> None:
        """End the process, if there is one; the next question starts another."""
        with self._lock:
            self._end()

    def _answer(self, task: Task, data: bytes) -> bytes:
        """Wait for an answer, no longer than it and those before it may take.

        What was begun before it and is not asked for by now never will be.
        """
        if not any(begun.task == task and begun.data is data for begun in self._begun):
            self._begin(task, data)
        patience = _START_SECONDS
        while True:
            begun = self._begun.pop(0)
            patience += begun.task.clock_seconds
            if begun.task == task and begun.data is data:
                return begun.answer.result(patience)

    def _begin(self, task: Task, data: bytes) -> None:
        if self._pool is None:
            from expense_agent.importers import reading_pool  # noqa: PLC0415 - loads pebble

            self._pool = reading_pool.ReadingPool()
        self._begun.append(_Begun(task, data, self._pool.schedule(task, data)))

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        self._begun.clear()
        if pool:
            pool.end()


CONFINED = Confined()
"""The process that all importers share."""


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError) or getattr(error, "exitcode", 0) == -signal.SIGXCPU:
        return "reading it takes longer than any invoice needs: not read"
    if isinstance(error, MemoryError):
        return f"reading it takes more than {MEMORY // 1024 // 1024} MB of memory: not read"
    return _BROKEN
