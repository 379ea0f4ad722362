"""A list that keeps the lines it has drawn, with its styles, keys and reading ahead.

Textual keeps lines by where they stand on the screen, and every line stands elsewhere after
scrolling. Here a line is kept by its place in the list, with all that was worked out for it.
"""

from collections.abc import Callable
from typing import Self

from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.in_turn import InTurn
from tui.keymap import pressed


class LineStyles:
    """Returns a style by its name, and remembers it until the theme or the classes change."""

    def __init__(self, look_up: Callable[[str], Style]) -> None:
        self._look_up = look_up
        self._known: dict[str, Style] = {}

    def __call__(self, name: str) -> Style:
        """Return a style."""
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def forget(self) -> None:
        """Look all of them up again."""
        self._known.clear()


_MOST_KEPT = 256
"""Lines that are kept: a few screens."""


class KeptLines(ScrollView, InTurn):
    """Lines without border or padding; `refresh` and `refresh_line` draw anew, scrolling not."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        self._kept: dict[int, Strip] = {}
        self._kept_width = 0
        super().__init__(id=id)

    def draw_line(self, place: int) -> Strip:
        """Draw what stands on a line of the list, or an empty line after its end."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Return a line in sight."""
        place = self.scroll_offset.y + y
        strip = self._kept.get(place)
        if strip is None:
            strip = self._kept[place] = self.draw_line(place)
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines in sight as they go to the terminal."""
        if self._kept_width != self.size.width:
            self._kept_width = self.size.width
            self._kept.clear()
        filters, background = self.get_line_filters(), self.background_colors[1]
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for line_filter in filters:  # the strip remembers what they made of it
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        if crop.column_span != (0, self.region.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Show other lines, and the scroll bar where it stands elsewhere for the eye."""
        bar = self.vertical_scrollbar
        if _eighths(self, bar.position) != _eighths(self, new_value):
            bar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw everything anew, or (some regions) what Textual shows of them."""
        if not regions:
            self._kept.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def refresh_line(self, y: int) -> None:
        """Draw one line of the list anew, as soon as it is in sight."""
        self._kept.pop(y, None)
        if 0 <= y - self.scroll_offset.y < self.size.height:
            super().refresh_line(y)

    def notify_style_update(self) -> None:
        """Draw everything anew when theme or classes change."""
        self._kept.clear()
        super().notify_style_update()


def keep_in_sight(lines: KeptLines, place: int) -> None:
    """Scroll as far as a line needs to be seen."""
    top, height = lines.scroll_offset.y, max(1, lines.size.height)
    if place < top:
        lines.scroll_to(y=place, animate=False)
    elif place >= top + height:
        lines.scroll_to(y=place - height + 1, animate=False)


def _eighths(lines: KeptLines, position: float) -> int:
    """Return where a scroll bar stands, in the eighths of a cell that it is drawn by."""
    height = lines.size.height
    return int(position / max(1, lines.virtual_size.height - height) * height * 8)


_MOVES: dict[str, Callable[[int, int], int]] = {
    "list.down": lambda _page, _all: 1,
    "list.up": lambda _page, _all: -1,
    "list.page_down": lambda page, _all: page,
    "list.page_up": lambda page, _all: -page,
    "list.half_down": lambda page, _all: page // 2,
    "list.half_up": lambda page, _all: -(page // 2),
    "list.top": lambda _page, every: -every,
    "list.bottom": lambda _page, every: every,
}
"""How many lines down each key moves, in a list of so many lines a page and so many in all."""


class ListKeys(KeptLines, can_focus=True):
    """A list whose cursor is moved by lines, half pages and pages."""

    BINDINGS = pressed("list", action="go")

    def move(self, lines: int) -> None:
        """Move the cursor some lines down, or (below zero) up, as far as there are lines."""
        raise NotImplementedError

    def action_go(self, key_id: str) -> None:
        """Move the cursor as a key says."""
        self.move(_MOVES[key_id](self.size.height, self.virtual_size.height))


Keys = tuple[int, ...]


class ReadAhead:
    """Asks for lines before they are needed; its cost per key does not depend on their number."""

    def __init__(
        self,
        lines: KeptLines,
        unread: Callable[[int, int], Keys],
        want: Callable[[Keys], object],
    ) -> None:
        """Find with `unread` what some lines lack, and have it read with `want`."""
        self._lines = lines
        self._unread = unread
        self._want = want

    def ask_around(self) -> None:
        """Ask for two pages around what is visible once a page around it is not known.

        A page down so finds its lines, and going down line by line reads once a page, not at every
        line.
        """
        height = self._lines.size.height
        if self._within(height):
            self._want(self._within(2 * height))

    def _within(self, around: int) -> Keys:
        top = self._lines.scroll_offset.y
        return self._unread(top - around, top + self._lines.size.height + around)

    def scrolled(self) -> None:
        """Read the lines that came into sight."""
        if self._within(0):
            self.ask_around()
        else:  # ahead of need: the frame goes first
            self._lines.after_refresh(self.ask_around)
