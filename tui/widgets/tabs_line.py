"""The views of a screen on one line, each with its count; the one that is shown in brackets."""

from collections.abc import Sequence

from textual.content import Content

from tui.safe_text import safe
from tui.widgets.lines import Line


class TabsLine(Line):
    """Says which view is shown, and what else there is."""

    def draw(self, titles: Sequence[str], shown: int, after: str = "") -> None:
        """Say it anew; `after` stands at the right if there is room."""
        parts = [
            (f"[{title}]", "bold $text-accent")
            if number == shown
            else (f" {title} ", "$text-muted")
            for number, title in enumerate(titles)
        ]
        left = Content.assemble(" ", *(safe(text, style) for text, style in parts))
        room = self.size.width - left.cell_length - 1
        if after and len(after) <= room:
            left = Content.assemble(left, safe(after.rjust(room), limit=400))
        self.say(left)
