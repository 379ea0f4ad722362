"""A list of records on Textual's line API; of a long one only those in sight are read.

The cursor is a record's key, so that a new reading never moves it to another record.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.model.listed import AtHand, InPages, Listed
from tui.widgets.kept_lines import LineStyles, ListKeys, ReadAhead, keep_in_sight
from tui.widgets.list_columns import Column, fitted, headings

T = TypeVar("T")
_LEAD = 3
_TONES = ("quiet", "good", "bad", "alarm")


@dataclass(frozen=True)
class Look(Generic[T]):
    """How records of one kind are listed."""

    columns: Sequence[Column]
    key: Callable[[T], Hashable]
    texts: Callable[[T], Mapping[str, str]]
    """The text of every column, harmless already."""
    tone: Callable[[T], str] = field(default=lambda _record: "")
    """Of the whole line: "", "quiet", "good", "bad" or "alarm"; words say the same."""


class RecordTable(ListKeys, Generic[T]):
    """Records, one a line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--row",
        "record-table--cursor",
        *(f"record-table--{tone}" for tone in _TONES),
    }

    class Moved(Message):
        """The cursor is on another record, or the list has been scrolled."""

    def __init__(self, look: Look[T], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._look = look
        self._listed: Listed[T] = AtHand()
        self._cursor: Hashable = None
        self._styles = LineStyles(
            lambda name: self.get_component_rich_style(
                f"record-table--{name}", partial=name in _TONES
            )
        )

    # --- what is listed

    def show(self, records: Sequence[T]) -> None:
        """List records that are all at hand."""
        self.show_listed(AtHand(records, self._look.key))

    def show_listed(self, listed: Listed[T]) -> None:
        """List records; the cursor keeps record and line, and a list at its top stays there."""
        before, top = self.place, self.scroll_offset.y
        self._listed = listed
        self.virtual_size = Size(0, len(listed))
        if before == 0 or listed.place(self._cursor) is None:
            self._put_cursor(min(before, len(listed) - 1))
        self.refresh()
        self.after_refresh(self._keep_line, before - top)

    def relook(self, look: Look[Any]) -> None:
        """List records of another kind from now on."""
        self._look = look
        self._listed, self._cursor = AtHand(), None

    def _keep_line(self, line: int) -> None:
        self.scroll_to(y=self.place - line, animate=False)
        keep_in_sight(self, self.place)

    @property
    def record(self) -> T | None:
        """The record under the cursor; None while it has not been read."""
        place = self._listed.place(self._cursor)
        return None if place is None else self._listed.record(place)

    @property
    def place(self) -> int:
        """The number of the cursor's line, from 0."""
        return self._listed.place(self._cursor) or 0

    def heading(self) -> str:
        """Return the line above the list, as wide as the list."""
        return " " * _LEAD + headings(self._look.columns, self.size.width - _LEAD)

    # --- drawing

    def draw_line(self, place: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        if place >= len(self._listed):
            return Strip.blank(width, self._styles("row"))
        record = self._listed.record(place)
        under = self._listed.key(place) == self._cursor
        base = style = self._styles("cursor" if under else "row")
        text = "..."
        if record is not None:
            text = "".join(fitted(self._look.columns, self._look.texts(record), width - _LEAD))
            tone = self._look.tone(record)
            style = base + self._styles(tone) if tone else base
        segments = [Segment(" > " if under else "   ", base), Segment(text, style)]
        return Strip(segments).adjust_cell_length(width, base)

    def notify_style_update(self) -> None:
        """Forget the styles when theme or classes change."""
        self._styles.forget()
        super().notify_style_update()

    # --- cursor

    def _put_cursor(self, place: int) -> None:
        self._cursor = self._listed.key(place) if len(self._listed) else None

    def move(self, lines: int) -> None:
        """Move the cursor some lines down, as far as there are records."""
        if not len(self._listed):
            return
        before = self.place
        self._put_cursor(max(0, min(before + lines, len(self._listed) - 1)))
        self.refresh_line(before)
        self.refresh_line(self.place)
        keep_in_sight(self, self.place)
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.after_refresh(lambda: keep_in_sight(self, self.place))

    def on_click(self, event: events.Click) -> None:
        """Select the line that was clicked; nothing is opened or done."""
        place = self.scroll_offset.y + event.y
        if place < len(self._listed):
            self.move(place - self.place)


class PagedTable(RecordTable[T]):
    """Records, one a line, of which only the order is at hand."""

    @dataclass
    class Wanted(Message):
        """These records are to be read."""

        keys: tuple[int, ...]

    def __init__(self, look: Look[T], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(look, id=id)
        self._pages: InPages[T] | None = None
        self._ahead = ReadAhead(
            self,
            lambda top, bottom: self._pages.wanted(top, bottom) if self._pages else (),
            lambda keys: self.post_message(self.Wanted(keys)),
        )

    def show_pages(self, pages: InPages[T]) -> None:
        """List records whose order is known."""
        self._pages = pages
        self.show_listed(pages)
        self.after_refresh(self._ahead.ask_around)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ahead.scrolled()

    def on_resize(self) -> None:
        """Read what a larger window shows; Textual has the cursor kept in sight besides."""
        self.after_refresh(self._ahead.ask_around)
