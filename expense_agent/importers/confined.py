"""Reads compiled formats in a process of its own, under limits on memory and time.

A workbook of a kilobyte can ask for 500 GB and a PDF for minutes, which no setting of the libraries
prevents: the process that meets them is ended, and a new one goes on with the next file.
"""

import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from typing import IO

from expense_agent.importers.problem import UnreadableError

LARGEST_ANSWER = 96 * 1024 * 1024
"""Bytes of what is made of one file: 200,000 rows of a wide table."""
MEMORY = 256 * 1024 * 1024
"""Bytes the other process may use, the file itself included."""
OUT_OF_MEMORY = 3
"""Its exit code when it has noticed that itself."""

REQUEST = struct.Struct(">cQ")
"""Task and length of the file that follows."""
ANSWER = struct.Struct(">?Q")
"""Whether the file could be read, and the length of what was made of it, else of the reason."""

_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "TZ")
_PIPE = 1024 * 1024
"""Bytes a pipe should take without anybody reading it; what Linux gives everyone."""
_HEAD = 2 * 4096
"""Bytes of a pipe that small writes may waste."""
_MOST_BEGUN = 2


class Confined:
    """One process at a time, started by the first question, for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._capacity = 0
        self._begun: deque[bytes] = deque()
        """Files whose answers are still to come, in that order."""

    def begin(self, task: bytes, data: bytes) -> None:
        """Send a file ahead: `ask` for the same object, not its equal, takes the answer.

        Does nothing for a file that does not fit into the pipe: two writers could wait for ever.
        """
        with self._lock:
            process = self._running()
            if len(self._begun) < _MOST_BEGUN and len(data) + _HEAD <= self._capacity:
                with contextlib.suppress(BrokenPipeError):  # the answer will not come, either
                    _send(process, task, data)
                self._begun.append(data)

    def ask(self, task: bytes, data: bytes) -> bytes:
        """Give what a task of `confined_reader` makes of a file.

        Raises UnreadableError with the reader's reason, and when a limit was reached.
        """
        with self._lock:
            try:
                answer = self._answer(task, data)
            except BaseException:  # what is left in the pipe would be taken for the next answer
                self._end()
                raise
            if answer is None:
                raise UnreadableError(_why_it_ended(self._end()))
        readable, content = answer
        if not readable:
            raise UnreadableError(content.decode())
        return content

    def release(self) -> None:
        """End the process, if there is one; the next question starts another."""
        with self._lock:
            self._end()

    def _answer(self, task: bytes, data: bytes) -> tuple[bool, bytes] | None:
        """Wait for the answer; None when the process ended instead."""
        process = self._running()
        if not any(begun is data for begun in self._begun):
            try:
                _send(process, task, data)
            except BrokenPipeError:
                return None
            self._begun.append(data)
        while self._begun:
            answered, answer = self._begun.popleft(), _received(process)
            if answered is data:
                return answer
            if answer is None:  # it was another file that ended the process
                self._end()
        return self._answer(task, data)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process and self._process.poll() is not None and not self._begun:
            self._end()
        if self._process is None:
            kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "expense_agent.importers.confined_reader"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**kept, "PYTHONPATH": os.pathsep.join(sys.path)},
                start_new_session=True,  # an interrupt from the keyboard is not meant for it
            )
            self._capacity = _widened(_pipes(self._process)[0])
        return self._process

    def _end(self) -> int:
        """End the process, if it has not ended by itself; give the code it ended with."""
        process, self._process = self._process, None
        self._begun.clear()
        if process is None:
            return 0
        process.kill()
        for pipe in _pipes(process):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return process.wait()


CONFINED = Confined()
"""The process that all importers share."""


def _send(process: "subprocess.Popen[bytes]", task: bytes, data: bytes) -> None:
    questions, _ = _pipes(process)
    questions.write(REQUEST.pack(task, len(data)))
    questions.write(data)
    questions.flush()


def _received(process: "subprocess.Popen[bytes]") -> tuple[bool, bytes] | None:
    _, answers = _pipes(process)
    head = answers.read(ANSWER.size)
    if len(head) < ANSWER.size:
        return None
    readable, length = ANSWER.unpack(head)
    content = answers.read(min(length, LARGEST_ANSWER))
    return (readable, content) if len(content) == length else None


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


def _widened(pipe: IO[bytes]) -> int:
    """Make a pipe take more; give the bytes it takes without a reader, 0 if that is not known."""
    if sys.platform != "linux":
        return 0
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)


def _why_it_ended(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "reading it takes longer than any invoice needs: not read"
    if code == OUT_OF_MEMORY:
        return f"reading it takes more than {MEMORY // 1024 // 1024} MB of memory: not read"
    return "it breaks the program that reads it, or asks for too much memory: not read"
