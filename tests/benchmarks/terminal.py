"""A command in a real pseudo-terminal: start it, read its screen, send keys and signals.

On Linux the kernel ends it with whoever started it, however that ended: a plain Textual app spins
for ever once its terminal is gone.
"""

import contextlib
import ctypes
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

WIDTH, HEIGHT = 120, 40
PATIENCE_SECONDS = 60.0
ANSWER_SECONDS, QUIET_SECONDS = 0.5, 0.08
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Have the kernel end this process when the one that started it is gone."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Terminal:
    """One process on a terminal of its own."""

    def __init__(
        self,
        command: Sequence[str],
        environ: dict[str, str] | None = None,
        size: tuple[int, int] = (WIDTH, HEIGHT),
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - the only thread
            env={**_environ(), **(environ or {})},
        )
        os.close(slave)
        self.output = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self._master)

    def seconds_until(self, marker: bytes) -> float:
        """Read until the marker has been written; give the seconds since the start."""
        while marker not in self.output:
            self._read()
        return time.perf_counter() - self.started

    def settle(self) -> None:
        """Read what a key leads to, until nothing more is written for a while."""
        if select.select([self._master], [], [], ANSWER_SECONDS)[0]:
            self._read()
        while select.select([self._master], [], [], QUIET_SECONDS)[0]:
            self._read()

    def exit_code(self) -> int:
        """Read to the end; give the exit code."""
        with contextlib.suppress(EOFError):
            while True:
                self._read()
        return self.process.wait(PATIENCE_SECONDS)

    def _read(self) -> None:
        if not select.select([self._master], [], [], PATIENCE_SECONDS)[0]:
            raise TimeoutError(self.output[-2000:].decode(errors="replace"))
        try:
            read = os.read(self._master, 65536)
        except OSError:  # the other end is closed
            read = b""
        if not read:
            raise EOFError(self.output[-2000:].decode(errors="replace"))
        self.output += read

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End the process as it stands."""
        self.process.kill()

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self._master)


def _environ() -> dict[str, str]:
    """Return ours, but the size is what the terminal says: variables would overrule it."""
    ours = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**ours, "TERM": "xterm-256color"}


def python(*arguments: str) -> list[str]:
    """Return a command line of this interpreter."""
    return [sys.executable, *arguments]
