"""What happens when the app is stopped from outside or by a mistake of ours.

Textual's own report prints every local variable, bank details included; ours goes to a file and
holds the traceback only. TERM, HUP and INT end the app in order, so that the terminal is restored.
"""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from platformdirs import user_log_path

SIGNAL_EXIT = 128
"""A process ended by signal n reports 128 + n, as shells do."""
HUNG_UP = SIGNAL_EXIT + 1
"""As if the signal HUP had come."""


def write_crash(error: BaseException, folder: Path | None = None) -> Path:
    """Write the traceback, without variables, to a new file of mode 0600; give its path."""
    folder = folder or user_log_path("expense-agent")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return path


def has_terminal() -> bool:
    """Whether keys can still come: of a terminal that is gone, reading gives nothing, for ever."""
    try:
        return os.isatty(sys.__stdin__.fileno()) if sys.__stdin__ else False
    except (OSError, ValueError):
        return False


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


def end_on_signals(end: Callable[[int], None]) -> None:
    """Call `end` with the exit code when the running loop's process gets TERM, HUP or INT."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, end, SIGNAL_EXIT + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # Windows, or not the main thread: signals keep their usual effect
