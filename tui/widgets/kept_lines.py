"""A list that keeps the lines it has drawn, so that moving through it draws only what is new.

Textual keeps lines by where they stand on the screen, and every line stands elsewhere after
scrolling. Here a line is kept by its place in the list, with all that was worked out for it.
"""

from typing import Self

from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.in_turn import InTurn

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
