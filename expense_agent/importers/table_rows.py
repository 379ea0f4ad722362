"""Rows as they were split, and which of them is the header: it need not be the first."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from expense_agent.importers.headers import recognised
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem

_HEADER_WITHIN = 30
"""Rows among which the header is looked for."""


class Row(NamedTuple):
    """One row as it was split, before it means anything."""

    line: int
    cells: list[str]
    share: float
    """How far through the file, 0 to 1."""
    problem: str | None = None
    """Why it cannot be read, where splitting has shown that."""


def below_header(
    rows: Iterator[Row], mapping: ColumnMapping, place: str = "line"
) -> tuple[Row | None, Iterator[Row], list[Problem]]:
    """Find the header: the first of the rows that name most columns.

    Gives it, the rows below it, and a note on rows above it. Empty rows are dropped everywhere.
    """
    filled: Iterator[Row] = (row for row in rows if row.problem or any(stripped(row.cells)))
    if mapping.header_row:
        line = mapping.header_row
        filled = itertools.dropwhile(lambda row: row.line < line, filled)
        return next(filled, None), filled, []
    head = list(itertools.islice(filled, _HEADER_WITHIN))
    if not head:
        return None, iter(()), []
    known = [recognised(row.cells, mapping.columns) for row in head]
    at = known.index(max(known))
    notes = [_skipped(head[:at], place)] if at else []
    return head[at], itertools.chain(head[at + 1 :], filled), notes


def stripped(cells: Iterable[str]) -> Iterator[str]:
    """Yield the cells without surrounding space."""
    return map(str.strip, cells)


def _skipped(rows: Sequence[Row], place: str) -> Problem:
    first, last = rows[0].line, rows[-1].line
    lines = f"{place} {first}" if first == last else f"{place}s {first} to {last}"
    return Problem(lines, "above the row of column names, not read")
