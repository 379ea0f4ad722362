"""Textual's driver for terminals, but for input that is no text and no key.

Bytes of another encoding, or an escape sequence with figures too large, would end the app.
"""

import time
from typing import Protocol, runtime_checkable

from textual.drivers.linux_driver import LinuxDriver

from tui.ending import HUNG_UP

PAUSE_SECONDS = 0.01
"""After input that was dropped: should nothing be understood any more, others get their turn."""


@runtime_checkable
class Ending(Protocol):
    """An app that can be told to end with an exit code."""

    def end(self, code: int) -> None:
        """End."""
        ...


class LenientDriver(LinuxDriver):
    """Drops input that cannot be understood, and goes on reading."""

    def run_input_thread(self) -> None:
        """Read keys until the app ends."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except OSError:  # the terminal is gone
                if isinstance(self._app, Ending):
                    self._app.end(HUNG_UP)
                return
            except Exception:  # noqa: BLE001 - a border: what comes in can be anything
                time.sleep(PAUSE_SECONDS)
