"""One invoice in sections, in two columns where there is room: the body of the detail screen."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Region, Spacing
from textual.widgets import Static

from tui.safe_text import safe
from tui.sections import Line, Section, laid_out

TWO_COLUMNS = 140
"""The width from which on there are two columns."""
_LEFT = (2, 1)
"""So many sections stand in the left one; or so many, if not all were in sight else."""
_AROUND = 2
"""Rows kept in sight above and below a selected line."""


class DetailSheet(VerticalScroll, can_focus=False):
    """Shows sections, and can jump to each."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._sections: tuple[Section, ...] = ()
        self._starts: tuple[int, ...] = ()
        """The line at which each section begins."""
        self._left = 0
        """How many of them stand in the left column."""
        self._selected: Line | None = None
        self._place = 0
        """The row on which the selected line stands."""
        self._drawn: tuple[tuple[Section, ...], int, Line | None] = ((), 0, None)

    def compose(self) -> ComposeResult:
        """Hold two columns, of which the second may be empty."""
        with Horizontal(id="columns"):
            yield Static(id="left")
            yield Static(id="right")

    def in_sight(self) -> int:
        """Return the section of the left column that stands at the top."""
        left = self._starts[: self._left]
        return max(0, sum(start <= self.scroll_offset.y for start in left) - 1)

    def show(self, sections: tuple[Section, ...]) -> None:
        """Show an invoice."""
        self._sections = sections
        self._draw()

    def select(self, line: Line | None) -> None:
        """Mark a line, and bring it into sight."""
        self._selected = line
        self._draw()
        if line is not None:
            spacing = Spacing(_AROUND, 0, _AROUND, 0)
            region = Region(0, self._place, self.size.width, 1)
            self.scroll_to_region(region, spacing=spacing, animate=False)

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
        drawn = (self._sections, width, self._selected)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        two = width >= TWO_COLUMNS - 2 and len(self._sections) > max(_LEFT)
        self.query_one("#right").display = two
        column = (width - 3) // 2 if two else width
        self._left = self._balanced(column) if two else len(self._sections)
        left, right = self._sections[: self._left], self._sections[self._left :]
        self._starts = (
            *self._fill("#left", left, column),
            *self._fill("#right", right, width - column - 3),
        )

    def _balanced(self, width: int) -> int:
        """Return how many sections stand left: as usual where that is in sight, else evenly."""
        rows = [_rows(laid_out(section.lines, width)) + 2 for section in self._sections]
        longest = [max(sum(rows[:left]), sum(rows[left:])) for left in _LEFT]
        in_sight = longest[0] <= self.size.height
        return _LEFT[0] if in_sight or longest[0] <= longest[1] else _LEFT[1]

    def _fill(self, column: str, sections: Sequence[Section], width: int) -> list[int]:
        """Draw a column; give where its sections begin."""
        parts: list[Content] = []
        starts = [0]
        for section in sections:
            headed = bool(parts) or column == "#right"
            if (above := _above(section, self._selected, width)) is not None:
                self._place = starts[-1] + headed + above
            parts.append(_drawn(section, width, self._selected, headed=headed))
            starts.append(starts[-1] + _rows(parts[-1]) + 1)
        self.query_one(column, Static).update(Content("\n\n").join(parts))
        return starts[: len(parts)]


def _rows(content: Content) -> int:
    return content.plain.count("\n") + 1


def _above(section: Section, selected: Line | None, width: int) -> int | None:
    """Return how many rows of a section stand above a line; None: it has no such line."""
    place = next((n for n, one in enumerate(section.lines) if one is selected), None)
    if place is None:
        return None
    return _rows(laid_out(section.lines[:place], width)) if place else 0


def _drawn(section: Section, width: int, selected: Line | None, *, headed: bool) -> Content:
    body = laid_out(section.lines, width, selected)
    if not headed:
        return body
    heading = Content.styled(section.title, "bold $text-accent")
    return Content("\n").join([heading, body])
