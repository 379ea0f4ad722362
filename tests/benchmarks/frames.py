"""A terminal's screen after every frame, and when that frame was complete.

The terminal says that it knows synchronised output (mode 2026), so every frame ends with a mark;
what stands on the screen then is worked out afterwards, when nothing is being timed any more.
"""

import re
import select
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyte

from tests.benchmarks.terminal import Terminal

SIZE = (160, 45)
_ASKED, _KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_END_OF_FRAME = b"\x1b[?2026l"
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[a-zA-Z]|\x1b\[\??[0-9;]*\$[a-z]")
"""Sequences that pyte would draw as text."""
Screen = Sequence[str]
"""The lines that are shown."""


class FilmedTerminal(Terminal):
    """A command on a terminal of 160x45; every frame is kept with the moment it was complete."""

    def __init__(self, command: Sequence[str], environ: dict[str, str] | None = None) -> None:
        super().__init__(command, environ, SIZE)
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)
        self._answered = False
        self._taken = 0
        """How much of the output was filmed."""
        self._rest = b""
        self._frames: list[tuple[float, bytes]] = []

    def press(self, keys: bytes) -> float:
        """Press keys; give when."""
        pressed = time.perf_counter()  # before: the answer may come before we go on
        self.send(keys)
        return pressed

    def film(self, seconds: float, quiet: float | None = None) -> None:
        """Keep what is written in the next seconds, or until nothing more is for a while."""
        end = time.perf_counter() + seconds
        begun = False
        while (left := end - time.perf_counter()) > 0:
            wait = left if quiet is None or not begun else min(left, quiet)
            if select.select([self._master], [], [], wait)[0]:
                self._read()
                self._cut(time.perf_counter())
                begun = True
            elif quiet is not None:
                return

    def _cut(self, now: float) -> None:
        """Take the frames that are complete by now out of what was read."""
        if not self._answered and _ASKED in self.output:
            self._answered = True
            self.send(_KNOWN)
        self._rest += self.output[self._taken :]
        self._taken = len(self.output)
        *whole, self._rest = self._rest.split(_END_OF_FRAME)
        self._frames += [(now, frame) for frame in whole]

    @property
    def shown(self) -> Screen:
        """The screen after all that was filmed."""
        for _ in self.screens():
            pass
        return self._screen.display

    def screens(self) -> Iterator[tuple[float, Screen]]:
        """Yield what was shown after every frame since this was last asked, and when."""
        frames, self._frames = self._frames, []
        for when, frame in frames:
            self._stream.feed(_PRIVATE.sub(b"", frame))
            yield when, self._screen.display

    def until(self, met: Callable[[Screen], bool], seconds: float = 60.0) -> None:
        """Film until the screen is as wanted."""
        end = time.perf_counter() + seconds
        while not met(self.shown):
            if time.perf_counter() > end:
                raise TimeoutError("\n".join(self.shown))
            self.film(0.05)

    def resident_megabytes(self) -> tuple[float, float]:
        """Return the memory the process has now, and the most it had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        lines = dict(line.split(":", 1) for line in status.splitlines())
        now, most = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        return now, most
