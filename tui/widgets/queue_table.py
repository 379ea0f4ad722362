"""The list of approval requests on Textual's line API: draws only what is visible.

Its cost per key does not depend on the length of the list. The cursor is a request's key; where
that key stands is looked up when it is drawn.
"""

from collections.abc import Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.keymap import bindings
from tui.messages import RowsWanted
from tui.model.row_state import row_state
from tui.session import Session
from tui.widgets.queue_columns import LEAD, cells, texts

_TONES = ("ready", "quiet", "busy", "good", "bad", "alarm")


class QueueTable(ScrollView, can_focus=True):
    """The queue, one request a line."""

    BINDINGS = bindings("list")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue-table--row",
        "queue-table--cursor",
        "queue-table--marked",
        *(f"queue-table--{tone}" for tone in _TONES),
    }

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._inbox = session.inbox
        self._drawn_order = session.inbox.order
        self._styles: dict[str, Style] = {}

    def on_mount(self) -> None:
        """Draw anew whenever the inbox changes."""
        self._session.changed.subscribe(self, self._inbox_changed)
        self._take_order()

    # --- drawing

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        place = self.scroll_offset.y + y
        keys = self._inbox.order.keys
        width = self.size.width
        if place >= len(keys):
            return Strip.blank(width, self._style("row"))
        return Strip(self._segments(keys[place], width)).adjust_cell_length(
            width, self._style("row")
        )

    def _segments(self, key: int, width: int) -> Iterator[Segment]:
        cursor, marked = key == self._inbox.cursor, key in self._inbox.marks
        base = self._style("cursor" if cursor else "marked" if marked else "row")
        yield Segment(f" {'>' if cursor else ' '}{'x' if marked else ' '} ".ljust(LEAD), base)
        row = self._inbox.row(key)
        if row is None:
            yield Segment("...".ljust(width - LEAD), base)
            return
        state = row_state(row, self._inbox, self._session.desk.approver)
        now = self._session.now()
        shown = state.shown(ascii_only=self._session.ascii_only)
        values = texts(row, shown, self._session.categories, now)
        first, *rest = cells(width, values, now)
        yield Segment(first, base + self._style(state.tone))
        yield Segment("".join(rest), base)

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            partial = name in _TONES
            component = f"queue-table--{name}"
            self._styles[name] = self.get_component_rich_style(component, partial=partial)
        return self._styles[name]

    def notify_style_update(self) -> None:
        """Forget the styles when theme or classes change."""
        self._styles.clear()
        super().notify_style_update()

    # --- what is on the screen

    def _inbox_changed(self, keys: frozenset[int] | None) -> None:
        if self._inbox.order is not self._drawn_order:
            self._take_order()
        elif keys is None:
            self.refresh()
        else:
            self._redraw(*keys)
        self._ask_for_rows()

    def _redraw(self, *keys: int | None) -> None:
        for key in keys:
            place = self._inbox.order.place(key)
            if place is not None:
                self.refresh_line(place)

    def _take_order(self) -> None:
        self._drawn_order = self._inbox.order
        self.virtual_size = Size(0, len(self._drawn_order))
        self.refresh()
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        self._keep_cursor_visible()
        self._ask_for_rows()

    def _ask_for_rows(self) -> None:
        """Ask for what is visible, and a page around it, as far as it is not known."""
        height = self.size.height
        top = max(0, self.scroll_offset.y - height)
        around = self._inbox.order.keys[top : self.scroll_offset.y + 2 * height]
        if wanted := self._inbox.wanted(around):
            self.post_message(RowsWanted(wanted))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.call_after_refresh(self._settle)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the rows that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask_for_rows()

    # --- cursor

    def _moved_from(self, key: int | None) -> None:
        self._redraw(key, self._inbox.cursor)
        self._keep_cursor_visible()
        self._inbox.said = ""  # an old sentence gives way to what is under the cursor
        self._session.changed.publish(frozenset())

    def _keep_cursor_visible(self) -> None:
        place = self._inbox.order.place(self._inbox.cursor)
        if place is None:
            return
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if place < top:
            self.scroll_to(y=place, animate=False)
        elif place >= top + height:
            self.scroll_to(y=place - height + 1, animate=False)

    def _move(self, rows: int) -> None:
        before = self._inbox.cursor
        self._inbox.move(rows)
        self._moved_from(before)

    def action_down(self) -> None:
        """Move one row down."""
        self._move(1)

    def action_up(self) -> None:
        """Move one row up."""
        self._move(-1)

    def action_page_down(self) -> None:
        """Move a page down."""
        self._move(self.size.height)

    def action_page_up(self) -> None:
        """Move a page up."""
        self._move(-self.size.height)

    def action_half_down(self) -> None:
        """Move half a page down."""
        self._move(self.size.height // 2)

    def action_half_up(self) -> None:
        """Move half a page up."""
        self._move(-(self.size.height // 2))

    def action_top(self) -> None:
        """Go to the first row."""
        self._move(-len(self._inbox.order))

    def action_bottom(self) -> None:
        """Go to the last row."""
        self._move(len(self._inbox.order))

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a click never decides."""
        place = self.scroll_offset.y + event.y
        if place < len(self._inbox.order):
            self._move(place - (self._inbox.order.place(self._inbox.cursor) or 0))
