"""The names of the columns above the queue; a click on one puts the list in its order."""

from dataclasses import dataclass

from textual import events
from textual.message import Message

from expense_agent.service import SortKey
from tui.safe_text import safe
from tui.widgets.queue_columns import column_at, headings
from tui.widgets.status_lines import Line

SORTS: dict[str, SortKey] = {
    "supplier": "supplier",
    "payable": "amount",
    "due": "due",
    "holds": "holds",
}
"""The columns the list has an order by."""


class HeadsLine(Line):
    """As wide as the list below it."""

    @dataclass
    class Clicked(Message):
        """A column was clicked; None: one the list has no order by."""

        heading: str
        sort: SortKey | None

    _width = 0

    def draw(self, width: int) -> None:
        """Say it anew for a list that is so wide."""
        self._width = width
        self.say(safe(headings(width)))

    def on_click(self, event: events.Click) -> None:
        """Tell which column was clicked."""
        if column := column_at(event.x, self._width):
            self.post_message(self.Clicked(column.heading, SORTS.get(column.name)))
