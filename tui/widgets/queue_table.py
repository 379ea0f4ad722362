"""The list of approval requests on Textual's line API: draws only what is visible.

Its cost per key does not depend on the length of the list. The cursor is a request's key; where
that key stands is looked up when it is drawn.
"""

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from tui.messages import MarksWanted, OpenWanted, RowsWanted
from tui.session import Session
from tui.widgets.kept_lines import LineStyles, ListKeys, ReadAhead, keep_in_sight
from tui.widgets.queue_painter import TONES, QueuePainter

MINUTE = 60.0
_DOUBLE = 2
"""Clicks in a row that open."""


class QueueTable(ListKeys):
    """The queue, one request or group a line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue-table--row",
        "queue-table--group",
        "queue-table--cursor",
        "queue-table--marked",
        *(f"queue-table--{tone}" for tone in TONES),
    }

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._inbox = session.inbox
        self._drawn_order = session.inbox.order
        self._styles = LineStyles(self._style)
        self._painter = QueuePainter(session, self._styles)
        self._ahead = ReadAhead(
            self,
            lambda top, bottom: self._inbox.wanted(self._inbox.order.lines(top, bottom)),
            lambda keys: self.post_message(RowsWanted(keys)),
        )

    def on_mount(self) -> None:
        """Draw anew whenever the inbox changes."""
        self.whenever(self._session.changed, self._inbox_changed)
        self.set_interval(MINUTE, self.refresh)  # what is left of a time is of the minute
        self._take_order()

    # --- drawing

    def draw_line(self, place: int) -> Strip:
        """Draw one line."""
        return self._painter.strip(place, self.size.width)

    def _style(self, name: str) -> Style:
        style = self.get_component_rich_style(f"queue-table--{name}")
        if name in TONES:  # what is muted is so on the list's background; that itself stays
            return Style(color=style.color, bold=style.bold)
        return style

    def notify_style_update(self) -> None:
        """Forget the styles when theme or classes change."""
        self._styles.forget()
        super().notify_style_update()

    # --- what is on the screen

    def _inbox_changed(self, keys: frozenset[int] | None) -> None:
        self._painter.marks_changed()
        if self._inbox.order is not self._drawn_order:
            self._take_order()
        elif keys is None:
            self.refresh()
            self._ahead.ask_around()
        else:
            self._redraw(*keys)

    def _redraw(self, *keys: int | None) -> None:
        for key in keys:
            place = self._inbox.order.place(key)
            if place is not None:
                self.refresh_line(place)

    def _take_order(self) -> None:
        self._drawn_order = self._inbox.order
        self.virtual_size = Size(0, len(self._drawn_order))
        self.refresh()
        self.after_refresh(self._settle)

    def _settle(self) -> None:
        self._keep_cursor_visible()
        self._ahead.ask_around()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ahead.scrolled()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.after_refresh(self._settle)

    # --- cursor

    def move(self, lines: int) -> None:
        """Move the cursor some lines down; a range that was begun follows it."""
        before = self._inbox.cursor
        self._inbox.move(lines)
        if self._session.marking.in_range:
            if unknown := self._session.marking.follow():
                self.post_message(MarksWanted(unknown))
            self._painter.marks_changed()
            self.refresh()
        self._moved_from(before)

    def step(self, way: int) -> None:
        """Go to the next invoice (-1: the one before) that is not decided."""
        inbox, before = self._inbox, self._inbox.cursor
        while inbox.step(way):
            key = inbox.cursor
            if key is None or (key not in inbox.progress and key not in inbox.grace):
                self._moved_from(before)
                return
        inbox.cursor = before

    def _moved_from(self, key: int | None) -> None:
        self._redraw(key, self._inbox.cursor)
        self._keep_cursor_visible()
        self._inbox.status.tell("")  # an old sentence gives way to what is under the cursor
        self._session.changed.publish(frozenset())

    def _keep_cursor_visible(self) -> None:
        place = self._inbox.order.place(self._inbox.cursor)
        if place is not None:
            keep_in_sight(self, place)

    def on_click(self, event: events.Click) -> None:
        """Go to the line that was clicked, or open it by a double click; never decide."""
        place = self.scroll_offset.y + event.y
        if place >= len(self._inbox.order):
            return
        self.move(place - (self._inbox.order.place(self._inbox.cursor) or 0))
        if event.chain == _DOUBLE:
            self.post_message(OpenWanted())
