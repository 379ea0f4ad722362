"""How the app ends once it was told to, and the log of what should not have been.

Textual's own report prints every local variable, bank details included; ours goes to a file and
holds the traceback only.

A terminal that takes no more output, or a thread that hangs, would keep it from ending for ever.
Decisions that counted down are in their file by then, and recovery finishes those on their way.
"""

import faulthandler
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import IO

from platformdirs import user_log_path

from expense_agent.environment import own_folder
from expense_agent.errors import UsageProblem
from tui.terminal import TerminalBefore


def where(write: Callable[[], Path]) -> str:
    """Write a log; return the words that say where it is, or why there is none."""
    try:
        return f"is in {write()}"
    except (OSError, UsageProblem) as problem:
        return f"could not be written: {problem}"


def write_crash(error: BaseException, folder: Path | None = None) -> Path:
    """Write the traceback, without variables, to a new file of mode 0600; give its path."""
    path, file = _new_log("crash", folder)
    with file:
        file.writelines(traceback.format_exception(error))
    return path


def write_standing(folder: Path | None = None) -> Path:
    """Write where every thread stands, without variables; return the path of the new file."""
    path, file = _new_log("cut-off", folder)
    with file:
        faulthandler.dump_traceback(file)
    return path


def _new_log(kind: str, folder: Path | None) -> tuple[Path, IO[str]]:
    folder = folder or own_folder(user_log_path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return path, os.fdopen(descriptor, "w", encoding="utf-8")


SIGNAL_EXIT = 128
"""A process ended by signal n reports 128 + n, as shells do."""
HUNG_UP = SIGNAL_EXIT + 1
"""As if the signal HUP had come."""
DRAIN_SECONDS = 5.0
"""How long the app may take to finish running decisions once it was told to end."""
LAST_RESORT_SECONDS = 1.5
"""How much longer everything else may take: threads, and output nobody reads."""
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


class Ending:
    """The end of this process, certain from the moment it is told to end."""

    def __init__(self) -> None:
        self._code: SimpleQueue[int] = SimpleQueue()
        self._until: float | None = None
        self._terminal = TerminalBefore()
        Thread(target=self._last_resort, name="ending", daemon=True).start()

    @property
    def has_begun(self) -> bool:
        """Whether the process was told to end."""
        return self._until is not None

    @property
    def seconds_left(self) -> float:
        """The time left for running decisions."""
        return max(0.0, (self._until or 0.0) - time.monotonic())

    def begin(self, code: int) -> None:
        """Let the time run; may be called by a signal handler, whatever it interrupts."""
        if self._until is None:
            self._until = time.monotonic() + DRAIN_SECONDS
            self._code.put(code)

    def _last_resort(self) -> None:
        code = self._code.get()
        time.sleep(DRAIN_SECONDS + LAST_RESORT_SECONDS)
        said = f"expense-agent did not end in time; where it stood {where(write_standing)}"
        self._terminal.restore(said)
        os._exit(code)


@contextmanager
def told_by_signals(told: Callable[[int], None]) -> Iterator[None]:
    """Call `told` with the exit code when the process gets TERM, HUP or INT.

    Handlers of the event loop would not do: they run only while the loop does.
    """

    def handler(number: int, _frame: FrameType | None) -> None:
        told(SIGNAL_EXIT + number)

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    usual = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, before in usual.items():
            signal.signal(number, signal.SIG_DFL if before is None else before)
