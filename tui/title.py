"""The title of the terminal's window: how much waits can be read there, too.

The title that was there is put on the terminal's own stack and taken from it again at the end; a
terminal without a stack is left with an empty title, which shells replace at their next prompt.
"""

import os
import sys
from typing import Any

from textual.app import App

from tui.model.inbox import Inbox
from tui.safe_text import inert

_KEEP, _GIVE_BACK = "\x1b[22;2t", "\x1b]2;\x1b\\\x1b[23;2t"
_WITHOUT = frozenset({"", "dumb", "linux"})
"""Values of TERM for terminals without a title."""


class TerminalTitle:
    """Writes through Textual's driver, so that nothing it draws is cut in two."""

    def __init__(self, app: App[Any], inbox: Inbox) -> None:
        self._app = app
        self._inbox = inbox
        self._shown: str | None = None

    def follow(self) -> None:
        """Say how much waits; nothing in it is from an invoice."""
        name, inbox = "expense-agent", self._inbox
        self.say(f"{inbox.listing.waiting:,} waiting - {name}" if inbox.loaded else name)

    def say(self, text: str) -> None:
        """Show a title, where the output is a terminal that has one."""
        text = inert(text, 80)
        if text == self._shown or not self._has_one():
            return
        before = _KEEP if self._shown is None else ""
        self._shown = text
        self._write(f"{before}\x1b]2;{text}\x1b\\")

    def give_back(self) -> None:
        """Show again what was there before."""
        if self._shown is not None:
            self._shown = None
            self._write(_GIVE_BACK)

    def _has_one(self) -> bool:
        driver = self._app._driver  # noqa: SLF001 - there is no public way to write a sequence
        return (
            driver is not None
            and not (driver.is_headless or driver.is_web)
            and sys.__stderr__ is not None
            and sys.__stderr__.isatty()  # what Textual's driver writes to
            and os.environ.get("TERM", "") not in _WITHOUT
        )

    def _write(self, sequence: str) -> None:
        driver = self._app._driver  # noqa: SLF001
        if driver is not None:
            driver.write(sequence)
