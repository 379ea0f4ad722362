"""CSV and its dialects: comma, semicolon, tab or bar, quotes that never end, and others.

Not `csv.Sniffer`: it fails on short samples, and hostile files can make its expressions slow.

A row that cannot be read is a problem of that row; the next line is read again from its start.
"""

import csv
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence

from expense_agent.importers.columns import Row, read_table
from expense_agent.importers.decoding import Encoding, beginning, encoding_of, is_text, opened
from expense_agent.importers.headers import recognised
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Document, Record

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


MOST_LINES = 1_000_000
"""Lines of a file, empty ones included."""
LONGEST_LINE = 1_000_000
"""Characters; without a bound one line of commas would fill the memory with empty cells."""
MOST_COLUMNS = 16_384
"""Cells of a row: as many as a spreadsheet has columns."""
_SAMPLE_LINES = 200
_SAMPLE_CHARACTERS = 1_000
_TOO_MANY = f"more than {MOST_LINES:,} lines: from here on nothing is read; split the file"
_TOO_LONG = f"a line of more than {LONGEST_LINE:,} characters"
_TOO_WIDE = f"more than {MOST_COLUMNS:,} columns"
_SOMETHING_ELSE = ("<", "{", "[", "PK\x03\x04", "%PDF")
_DIGIT = re.compile("[0-9]")
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?[\r\n]*', re.IGNORECASE)


class CsvFile:
    """Reads delimited text."""

    format = "csv"

    def recognises(self, data: bytes) -> bool:
        """Take every text that is not the beginning of something else."""
        return is_text(data) and not beginning(data).startswith(_SOMETHING_ELSE)

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read every row below the header."""
        table = rows_of(document.data, mapping)
        if isinstance(table, Problem):
            yield Record(document.source.file, self.format, None, None, (table,), 1.0)
            return
        notes, rows = table
        yield from read_table(rows, document.source, self.format, mapping, notes)


def rows_of(
    data: bytes, mapping: ColumnMapping
) -> tuple[tuple[Problem, ...], Iterator[Row]] | Problem:
    """Decode and split a table; give notes on it and its rows, or why it is none."""
    encoding = encoding_of(data)
    if isinstance(encoding, Problem):
        return encoding
    sample = _sample(data, encoding)
    separator = _SEPARATOR_LINE.fullmatch(sample[0]) if sample else None
    delimiter = mapping.delimiter or (separator[1] if separator else None)
    delimiter = delimiter or delimiter_of(sample, mapping)
    notes = (encoding.note,) if encoding.note else ()
    return notes, _rows(data, encoding, delimiter, skip=1 if separator else 0)


def _sample(data: bytes, encoding: Encoding) -> list[str]:
    text, _ = opened(data, encoding)
    lines = iter(lambda: text.readline(_SAMPLE_CHARACTERS), "")
    return list(itertools.islice(lines, _SAMPLE_LINES))


def _rows(data: bytes, encoding: Encoding, delimiter: str, skip: int) -> Iterator[Row]:
    text, raw = opened(data, encoding)
    lines = _Lines(itertools.islice(text, skip, None), skip)
    check_all = 0 in data
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                share = raw.tell() / len(data)
                if len(cells) > MOST_COLUMNS:
                    yield Row(lines.first, [], share, _TOO_WIDE)
                else:
                    doubt = len(lines.taken) > 1 or check_all
                    reason = _doubt(cells, delimiter, lines.last) if doubt else None
                    yield Row(lines.first, cells, share, reason)
                lines.taken.clear()
                if lines.last > MOST_LINES:
                    yield Row(lines.last, [], 1.0, _TOO_MANY)
                    return
        except csv.Error as error:
            yield Row(lines.first, [], raw.tell() / len(data), _explained(str(error)))
            lines.read_again()
        else:
            return


class _Lines:
    """The lines of a text, remembering those of the row in hand so that it can be read again."""

    def __init__(self, lines: Iterator[str], before: int) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._read = before
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._read += 1
        self.taken.append(line)
        if len(line) > LONGEST_LINE:
            raise csv.Error(_TOO_LONG)
        return line

    @property
    def first(self) -> int:
        """The number of the line on which the row in hand begins."""
        return self._read - len(self.taken) + 1

    @property
    def last(self) -> int:
        """The number of the line read last."""
        return self._read

    def read_again(self) -> None:
        """Give back all lines of the row in hand but its first."""
        self._again.extendleft(reversed(self.taken[1:]))
        self._read -= len(self.taken) - 1
        self.taken.clear()


def _doubt(cells: list[str], delimiter: str, last: int) -> str | None:
    """Say why a row is not to be trusted although it could be split."""
    if any("\0" in cell for cell in cells):
        return "it holds a NUL character"
    lines = (line for cell in cells if "\n" in cell or "\r" in cell for line in cell.splitlines())
    if any(line.count(delimiter) >= len(cells) - 1 and _DIGIT.search(line) for line in lines):
        return f"a quoted text up to line {last} looks like whole rows: is a quote missing?"
    return None


def _explained(error: str) -> str:
    if error == _TOO_LONG:
        return error
    if "field larger" in error:
        return "a text without end: more than 131,072 characters, perhaps a quote is missing"
    if "unexpected end" in error:
        return "a quote is opened and never closed"
    if "expected after" in error:
        return "a quote stands inside a quoted text, or is never closed"
    return f"not to be split into columns: {error}"
