"""The views of a screen on one line, each with its count; the one that is shown in brackets."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message

from tui.safe_text import safe
from tui.widgets.status_lines import Line


class TabsLine(Line):
    """Says which view is shown, and what else there is."""

    @dataclass
    class Chosen(Message):
        """A view was clicked."""

        number: int

    _ends: Sequence[int] = ()
    """The cell after each view that is drawn."""

    def draw(self, titles: Sequence[str], shown: int, after: str = "") -> None:
        """Say it anew; `after` stands at the right if there is room."""
        parts = [
            (f"[{title}]", "bold $text-accent")
            if number == shown
            else (f" {title} ", "$text-muted")
            for number, title in enumerate(titles)
        ]
        self._ends = [*accumulate((cell_len(text) for text, _ in parts), initial=1)][1:]
        left = Content.assemble(" ", *(safe(text, style) for text, style in parts))
        room = self.size.width - left.cell_length - 1
        if after and len(after) <= room:
            left = Content.assemble(left, safe(after.rjust(room), limit=400))
        self.say(left)

    def on_click(self, event: events.Click) -> None:
        """Tell which view was clicked."""
        number = next((n for n, end in enumerate(self._ends) if event.x < end), None)
        if number is not None:
            self.post_message(self.Chosen(number))
