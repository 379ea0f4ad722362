"""How the app ends once it was told to: in order within some seconds, and for certain soon after.

A terminal that takes no more output, or a thread that hangs, would keep it from ending for ever.
Decisions that counted down are in their file by then, and recovery finishes those on their way.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from types import FrameType

from tui.crash import where, write_standing
from tui.terminal import TerminalBefore

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
