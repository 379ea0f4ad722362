"""Which character parts the columns of a text.

Not `csv.Sniffer`: it fails on short samples, and hostile files can make its expressions slow.
"""

import csv
from collections import Counter
from collections.abc import Sequence

from expense_agent.importers.headers import recognised
from expense_agent.importers.mapping import ColumnMapping

DELIMITERS = ",;\t|"
_HEADER_ROWS = 30


def delimiter_of(lines: Sequence[str], mapping: ColumnMapping) -> str:
    """Choose what splits most rows alike; known column names decide first of all."""

    def quality(delimiter: str) -> tuple[bool, int, int, int]:
        rows = _split(lines, delimiter)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        alike, width = max(((count, width) for width, count in widths.items()), default=(0, 1))
        known = max((recognised(row, mapping.columns) for row in rows[:_HEADER_ROWS]), default=0)
        return known > 1, alike, known, width

    return max(DELIMITERS, key=quality)


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Split as far as it goes; what came before an error counts."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return rows
    return rows
