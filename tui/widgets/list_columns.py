"""Columns of a list: which are shown at a width, and how a row is fitted into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.formatting import crop, crop_middle

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
    ends: bool = False
    """Cropped in its middle: numbers that count up differ in their ends."""
    yields: bool = False
    """Gives room to a figure too wide for its column, once the one that takes the rest cannot."""


def headings(columns: Sequence[Column], width: int) -> str:
    """Return the line above the list."""
    return "".join(_heads(columns, width))


def column_at(columns: Sequence[Column], x: int, width: int) -> Column | None:
    """Return the column that a cell of the line above the list belongs to."""
    end = 0
    for column, head in zip(_shown(columns, width), _heads(columns, width), strict=True):
        end += cell_len(head)
        if 0 <= x < end:
            return column
    return None


def fitted(columns: Sequence[Column], values: Mapping[str, str], width: int) -> list[str]:
    """Fit the texts of a row into the columns of a list `width` cells wide, each with its gap."""
    shown = _shown(columns, width)
    widths = _widths(shown, values, width)
    return [_cell(column, values[column.name], widths[column.name]) for column in shown]


def _shown(columns: Sequence[Column], width: int) -> list[Column]:
    return [column for column in columns if width >= column.since]


def _heads(columns: Sequence[Column], width: int) -> list[str]:
    return fitted(columns, {column.name: column.heading for column in columns}, width)


def _cell(column: Column, text: str, room: int) -> str:
    if column.right:
        return " " * (room - cell_len(text)) + text + " "
    return (crop_middle if column.ends else crop)(text, room) + " "


def _widths(columns: Sequence[Column], values: Mapping[str, str], width: int) -> dict[str, int]:
    """Share out the width; a figure wider than its column takes from those that give way."""
    widths = {
        column.name: max(column.width, cell_len(values[column.name]))
        if column.right
        else column.width
        for column in columns
    }
    rest = width - sum(widths.values()) - len(columns)
    lacking = max(0, _LEAST - rest)
    for column in columns:
        if not column.width:
            widths[column.name] = max(_LEAST, rest)
        elif column.yields:
            given = min(lacking, column.width - _LEAST)
            widths[column.name] -= given
            lacking -= given
    return widths
