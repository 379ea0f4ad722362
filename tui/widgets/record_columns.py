"""Columns of the smaller lists: which are shown at a width, and a record fitted into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.formatting import crop

_LEAST = 4
"""Cells a cropped neighbour keeps when a figure needs more room."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a gap of one cell follows it."""

    name: str
    heading: str
    width: int
    """0: takes what the others leave."""
    right: bool = False
    """Right-aligned, and never cropped: amounts."""
    since: int = 0
    """The width of the list from which on it is shown."""


def headings(columns: Sequence[Column], width: int) -> str:
    """Give the line above the list."""
    return "".join(fitted(columns, {c.name: c.heading for c in columns}, width))


def fitted(columns: Sequence[Column], values: Mapping[str, str], width: int) -> list[str]:
    """Fit the texts of a record into the columns of a list `width` cells wide."""
    shown = [column for column in columns if width >= column.since]
    widths = _widths(shown, values, width)
    return [_cell(column, values[column.name], widths[column.name]) for column in shown]


def _cell(column: Column, text: str, room: int) -> str:
    if column.right:
        return " " * (room - cell_len(text)) + text + " "
    return crop(text, room) + " "


def _widths(columns: Sequence[Column], values: Mapping[str, str], width: int) -> dict[str, int]:
    """Share out the width; a figure wider than its column takes from the one that gives way."""
    widths = {
        column.name: max(column.width, cell_len(values[column.name]))
        if column.right
        else column.width
        for column in columns
    }
    rest = width - sum(widths.values()) - len(columns)
    for column in columns:
        if not column.width:
            widths[column.name] = max(_LEAST, rest)
    return widths
