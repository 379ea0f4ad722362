"""The first line of the screen and the title of the window: modes, limit, what waits.

The title that was there is put on the terminal's own stack and taken from it again at the end; a
terminal without a stack is left with an empty title, which shells replace at their next prompt.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import App
from textual.content import Content

from tui.formatting import crop
from tui.keymap import keys_of
from tui.model.inbox import Inbox
from tui.safe_text import inert
from tui.session import Session
from tui.widgets.status_lines import Line

LEAST_NAME = 4
"""Cells of a name below which it says nothing."""


class HeaderLine(Line):
    """In a narrow window names give way: of the modes, then of the person; never the state."""

    _ends: Sequence[tuple[int, str]] = ()
    """The cell after each mode that is drawn, and the action of its key."""

    def draw(self, session: Session) -> None:
        """Say it anew."""
        here, width = self.app.current_mode, self.size.width
        modes = _modes(here, short=False)
        whole = 1 + sum(len(text) for _, text in modes) + 1 + cell_len(_right(session))
        if whole > width:
            modes = _modes(here, short=True)
        self._ends, cells = [], 1
        for action, text in modes:
            cells += len(text)
            self._ends.append((cells, action))
        right = _right(session, width - cells - 1)
        gap = " " * max(1, width - cells - cell_len(right))
        parts = [(text, "$text-accent" if action == here else "") for action, text in modes]
        self.say(Content.assemble(" ", *parts, gap, right))

    async def on_click(self, event: events.Click) -> None:
        """Turn to the mode that was clicked."""
        action = next((action for end, action in self._ends if event.x < end), None)
        if action is not None:
            await self.screen.run_action(f"press('mode.{action}')")


def _modes(here: str, *, short: bool) -> list[tuple[str, str]]:
    """Return the modes that have a digit, each with its action; short: those elsewhere unnamed."""
    found = []
    for key in keys_of("mode"):
        if not key.short.isdigit():
            continue
        name = "" if short and key.action != here else f" {key.label}"
        text = f"[{key.short}{name}]" if key.action == here else f" {key.short}{name} "
        found.append((key.action, text))
    return found


def _right(session: Session, room: int | None = None) -> str:
    """Return the right half; in little room the name is cropped, then the limit left out."""
    name = inert(session.desk.approver, 80)
    read_only = ", read-only" if session.desk.read_only else ""
    running = session.inbox.running
    word = session.engine if session.engine in ("loading", "ready") else "off"
    engine = f"{running:,} on the way" if running else f"engine {word}"
    state = f"   {session.inbox.listing.waiting:,} waiting   {engine} "
    for about in (f", {session.limit}{read_only}", read_only):
        if room is None:
            return f"{name}{about}{state}"
        left = room - cell_len(about) - len(state)
        if left >= min(LEAST_NAME, cell_len(name)):
            return f"{name if cell_len(name) <= left else crop(name, left)}{about}{state}"
    short = f"{read_only[2:]}{state}".lstrip()
    return short if len(short) <= (room or 0) else short.replace("engine ", "").replace("   ", " ")


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
