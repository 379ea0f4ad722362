"""A pool of pebble whose one process is started so that a hostile file finds nothing in it.

It gets neither our environment, which may hold secrets, nor our files, nor the terminal, and it
ends with us however we end. `multiprocessing` would hand all of that on.
"""

import fcntl
import io
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pebble import ProcessPool

from expense_agent.importers.confined_reader import Task, confine, read

_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "TZ")
_START = f"""
import sys, types
package = types.ModuleType("expense_agent.importers")
package.__path__ = [{str(Path(__file__).parent)!r}]
sys.modules[package.__name__] = package
from expense_agent.importers.confined_reader import main
main()
"""
"""An empty package stands in for ours, which would load every importer for nothing."""
_MOST_SECONDS_TO_DIE = 5.0
_ROOM = 1024 * 1024
"""Bytes of a pipe, what Linux gives everyone: a usual file fits in and waits for no thread."""


class ReadingPool:
    """A pool whose process starts with the first task."""

    def __init__(self) -> None:
        self._context = _Context()
        context: Any = self._context  # as much of one as pebble uses
        self._pool: Any = ProcessPool(max_workers=1, initializer=confine, context=context)

    def schedule(self, task: Task, data: bytes) -> Future[bytes]:
        """Begin a task, or queue it behind those begun before; raises RuntimeError."""
        answer: Future[bytes] = self._pool.schedule(read, (task, data), timeout=task.clock_seconds)
        return answer

    def end(self) -> None:
        """End the process; pebble's threads notice in a tenth of a second, unwaited for."""
        self._pool.stop()
        self._context.end()
        threading.Thread(target=self._pool.join, daemon=True).start()


class _Context:
    """Stands in for `multiprocessing`: makes pipes and, once, a process.

    A second process would find what the first one left in the pipes when it died, perhaps half a
    message: the pool breaks instead, and is replaced as a whole.
    """

    def __init__(self) -> None:
        self._process: _Process | None = None

    def Pipe(self, duplex: bool = True) -> tuple[Any, Any]:  # noqa: FBT001, FBT002, N802 - as there
        ends = Pipe(duplex)
        if sys.platform == "linux":
            with suppress(OSError):
                fcntl.fcntl(ends[1].fileno(), fcntl.F_SETPIPE_SZ, _ROOM)
        return ends

    def RLock(self) -> "_NoLock":  # noqa: N802 - as there
        return _NoLock()

    def Process(self, **call: Any) -> "_Process":  # noqa: N802 - as there
        if self._process:
            raise OSError("the process of this pool has ended")
        self._process = _Process(**call)
        return self._process

    def end(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.join(_MOST_SECONDS_TO_DIE)


class _NoLock:
    """Locks nothing: a single process shares its ends of the pipes with no other."""

    def acquire(self, **_: Any) -> bool:
        return True

    def release(self) -> None: ...


class _Process:
    """The part of a process that pebble uses, by the standard library's `subprocess`."""

    def __init__(
        self,
        target: Callable[..., None],
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> None:
        """Start the interpreter and tell it what to do; its standard input closes with us."""
        self.name = name
        work = io.BytesIO()
        pickler = _Pickler(work)
        pickler.dump((target, args, kwargs))
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=pickler.pipes,
            env={**kept, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,  # an interrupt from the keyboard is not meant for it
        )
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it has ended, which the pool will notice
            self._process.stdin.write(work.getbuffer())

    def start(self) -> None:
        """Do nothing: it runs."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exitcode(self) -> int | None:
        return self._process.returncode

    def is_alive(self) -> bool:
        alive = self._process.poll() is None
        if not alive and self._process.stdin:
            self._process.stdin.close()
        return alive

    def terminate(self) -> None:
        """End it at once: it may not listen, and nothing of it is worth saving."""
        self._process.kill()

    def join(self, timeout: float | None = None) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
        self.is_alive()


class _Pickler(pickle.Pickler):
    """Writes an end of a pipe as its number, which the new process keeps."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.pipes: list[int] = []

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, Connection):
            return NotImplemented
        self.pipes.append(obj.fileno())
        return Connection, (obj.fileno(), obj.readable, obj.writable)
