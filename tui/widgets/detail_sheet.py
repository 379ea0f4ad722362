"""One invoice in sections, in two columns where there is room: the body of the detail screen."""

from collections.abc import Sequence
from itertools import accumulate

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.safe_text import safe
from tui.sheet import Line, Section, laid_out

TWO_COLUMNS = 140
"""The width from which on there are two columns."""
_LEFT = 2
"""So many sections stand in the left one."""


class DetailSheet(VerticalScroll, can_focus=False):
    """Shows sections, and can jump to each."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._sections: tuple[Section, ...] = ()
        self._starts: tuple[int, ...] = ()
        """The line at which each section begins."""
        self._left = 0
        """How many of them stand in the left column."""
        self._drawn: tuple[tuple[Section, ...], int] = ((), 0)

    def compose(self) -> ComposeResult:
        """Hold two columns, of which the second may be empty."""
        with Horizontal(id="columns"):
            yield Static(id="left")
            yield Static(id="right")

    def in_sight(self) -> int:
        """Give the section of the left column that stands at the top."""
        left = self._starts[: self._left]
        return max(0, sum(start <= self.scroll_offset.y for start in left) - 1)

    def show(self, sections: tuple[Section, ...]) -> None:
        """Show an invoice."""
        self._sections = sections
        self._draw()

    def say(self, sentence: str) -> None:
        """Show a sentence instead of an invoice."""
        self.show((Section("", (Line("", safe(sentence, limit=400)),)),))

    def jump(self, section: int) -> None:
        """Bring the beginning of a section to the top."""
        if section < len(self._starts):
            self.scroll_to(y=self._starts[section], animate=False)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if (self._sections, width) == self._drawn:
            return
        self._drawn = (self._sections, width)
        two = width >= TWO_COLUMNS - 2 and len(self._sections) > _LEFT
        self.query_one("#right").display = two
        left = self._sections[:_LEFT] if two else self._sections
        right = self._sections[_LEFT:] if two else ()
        column = (width - 3) // 2 if two else width
        self._left = len(left)
        self._starts = (
            *self._fill("#left", left, column),
            *self._fill("#right", right, width - column - 3),
        )

    def _fill(self, column: str, sections: Sequence[Section], width: int) -> list[int]:
        """Draw a column; give where its sections begin."""
        parts = [
            _drawn(section, width, headed=bool(number) or column == "#right")
            for number, section in enumerate(sections)
        ]
        self.query_one(column, Static).update(Content("\n\n").join(parts))
        heights = [part.plain.count("\n") + 2 for part in parts]
        return [0, *accumulate(heights)][: len(parts)]


def _drawn(section: Section, width: int, *, headed: bool) -> Content:
    body = laid_out(section.lines, width)
    if not headed:
        return body
    heading = Content.styled(section.title, "bold $text-accent")
    return Content("\n").join([heading, body])
