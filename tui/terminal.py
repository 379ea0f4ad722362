"""The terminal the app runs on: it may be gone, take no more output, and must be left as it was."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

if sys.platform != "win32":
    import termios

RESTORE = (
    "\x18\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Cuts off a sequence half written, then switches off what Textual's driver has switched on."""
PATIENCE_SECONDS = 0.5
"""How long a terminal that takes no output is tried again."""


def has_terminal() -> bool:
    """Whether keys can still come: of a terminal that is gone, reading gives nothing, for ever."""
    try:
        return os.isatty(sys.__stdin__.fileno()) if sys.__stdin__ else False
    except (OSError, ValueError):
        return False


class TerminalBefore:
    """The terminal as it was before the app, restored by means that never wait."""

    def __init__(self) -> None:
        self._name, self._attributes = "", list[Any]()
        if sys.platform != "win32" and sys.__stdin__ and has_terminal():
            descriptor = sys.__stdin__.fileno()
            with suppress(OSError, termios.error):
                self._attributes = termios.tcgetattr(descriptor)
                self._name = os.ttyname(descriptor)

    def restore(self, sentence: str) -> None:
        """Leave the full screen, and say something where it was."""
        if sys.platform == "win32" or not self._name:
            return
        with suppress(OSError, termios.error):
            # A file of its own: waiting or not belongs to it, the app's is shared with the shell.
            descriptor = os.open(self._name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
            termios.tcflush(descriptor, termios.TCOFLUSH)
            termios.tcsetattr(descriptor, termios.TCSANOW, self._attributes)
            _write(descriptor, f"{RESTORE}{sentence}\n".encode())


def _write(descriptor: int, text: bytes) -> None:
    """Write as far as the terminal takes it, without waiting for long."""
    until = time.monotonic() + PATIENCE_SECONDS
    while text and time.monotonic() < until:
        try:
            text = text[os.write(descriptor, text) :]
        except BlockingIOError:
            time.sleep(PATIENCE_SECONDS / 20)


class _Outliving:
    """A stream to a terminal that may be gone: what nobody can see any more is dropped."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def outliving_the_terminal() -> Iterator[None]:
    """Let Textual's driver, which takes `sys.__stderr__`, write to a terminal that is gone.

    Else its thread dies of the error, and the app waits for ever for room in that thread's queue.
    """
    usual = sys.__stderr__
    if usual is None:
        yield
        return
    sys.__stderr__ = _Outliving(usual)  # type: ignore[misc, assignment] # there is no public way
    try:
        yield
    finally:
        sys.__stderr__ = usual  # type: ignore[misc]
