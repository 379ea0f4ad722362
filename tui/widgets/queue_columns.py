"""The columns of the queue and their names above it; widths follow the width of the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from textual import events
from textual.message import Message

from expense_agent.service import QueueRow, SortKey
from tui.formatting import crop, grouped, hold_word, short_date, time_left
from tui.safe_text import inert, safe
from tui.widgets import list_columns
from tui.widgets.list_columns import Column
from tui.widgets.status_lines import Line

LEAD = 4
"""Cells before the first column: cursor and mark."""

_STATE = Column("state", "ST", 9)
_SUPPLIER = Column("supplier", "SUPPLIER", 0)
_CURRENCY = Column("currency", "CUR", 3)
_EXPIRES = Column("expires", "EXP", 3)
_TINY = (
    _STATE,
    Column("number", "INVOICE", 10, ends=True, yields=True),
    _SUPPLIER,
    Column("payable", "PAYABLE", 12, right=True),
    _CURRENCY,
)
_NARROW = (
    _STATE,
    _SUPPLIER,
    Column("number", "INVOICE", 11, ends=True, yields=True),
    Column("payable", "PAYABLE", 12, right=True),
    _CURRENCY,
    Column("due", "DUE", 5),
    _EXPIRES,
    Column("holds", "HOLDS", 10),
)
_MID = (
    _STATE,
    _SUPPLIER,
    Column("number", "INVOICE", 11, ends=True, yields=True),
    Column("category", "CATEGORY", 11),
    Column("payable", "PAYABLE", 12, right=True),
    _CURRENCY,
    Column("due", "DUE", 10),
    _EXPIRES,
    Column("holds", "HOLDS", 10),
)
_WIDE = (
    _STATE,
    _SUPPLIER,
    Column("number", "INVOICE", 16, ends=True, yields=True),
    Column("category", "CATEGORY", 18),
    Column("payable", "PAYABLE", 14, right=True),
    _CURRENCY,
    Column("due", "DUE", 10),
    _EXPIRES,
    Column("holds", "HOLDS", 14),
)


def columns_for(width: int) -> tuple[Column, ...]:
    """Return the columns of a list that is `width` cells wide."""
    if width < 76:  # noqa: PLR2004 - these three are the breakpoints themselves
        return _TINY
    if width < 95:  # noqa: PLR2004
        return _NARROW
    return _MID if width < 125 else _WIDE  # noqa: PLR2004


def headings(width: int) -> str:
    """Return the line above the list."""
    return " " * LEAD + list_columns.headings(columns_for(width), width - LEAD)


def column_at(x: int, width: int) -> Column | None:
    """Return the column a cell of the line above the list belongs to."""
    return list_columns.column_at(columns_for(width), x - LEAD, width - LEAD)


def texts(
    row: QueueRow, state: str, categories: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """Return the text of every column of a row, harmless, not yet cropped."""
    category = categories.get(row.category or "", row.category or "-")
    return {
        "state": inert(state),
        "supplier": inert(row.supplier) or "-",
        "number": inert(row.number) or "-",
        "category": inert(category),
        "payable": grouped(row.payable_amount, row.currency) or "none",
        "currency": inert(row.currency),
        "due": row.due_date or "-",
        "expires": time_left(row.expires_at, now),
        "holds": inert(hold_word(row.holds[0].rule)) if row.holds else "-",
        "more": f" +{len(row.holds) - 1}" if len(row.holds) > 1 else "",
    }


def cells(width: int, values: dict[str, str], now: datetime) -> list[str]:
    """Fit the texts of a row into its columns; each cell ends with its gap."""
    shown = columns_for(width)
    if shown is _NARROW:
        values = {**values, "due": short_date(_date(values["due"]), now.date())}
    room = next((c.width for c in shown if c.name == "holds"), 0) - len(values["more"])
    if room > 0:
        word = values["holds"]
        cut = crop(word, room) if cell_len(word) > room else word
        values = {**values, "holds": cut + values["more"]}
    return list_columns.fitted(shown, values, width - LEAD)


def _date(text: str) -> str | None:
    return None if text == "-" else text


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
