"""Lists that people keep as CSV, not invoices: their suppliers, what an old ledger was coded to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from expense_agent.importers.csv_file import CsvFile, rows_of
from expense_agent.importers.headers import Columns, columns_of, listed, normalised
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.source import read_document
from expense_agent.importers.table_rows import Row, below_header
from expense_agent.importers.texts import Texts

_Line = TypeVar("_Line")
_NO_MAPPING = ColumnMapping()


@dataclass(frozen=True, slots=True)
class ListFormat:
    """The fields a list holds."""

    fields: tuple[str, ...]
    needed: Mapping[str, str]
    """Fields that must have a column -> what that column is called."""
    described: str
    """Its columns, for people."""
    also_called: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Other names of a field's column, in this order, where none has its usual name."""


def read_list(
    path: Path, form: ListFormat, read: Callable[[str, Texts], _Line | Problem]
) -> Iterator[_Line | Problem]:
    """Read a list lazily; `read` makes a line of its place and texts, a Problem stops nothing."""
    table = _opened(path, form)
    if isinstance(table, Problem):
        yield table
        return
    notes, rows = table
    yield from notes
    header, below, skipped = below_header(rows, _NO_MAPPING)
    yield from skipped
    columns = _columns(header.cells if header else [], form)
    yield from columns.problems
    if columns.problems:
        return
    if missing := [name for key, name in form.needed.items() if key not in columns.at]:
        named = " and ".join(missing)
        yield Problem("file", f"no column {named}; the columns are: {listed(columns.names)}")
        return
    for row in below:
        yield _list_line(row, columns, read)


def _opened(path: Path, form: ListFormat) -> tuple[tuple[Problem, ...], Iterator[Row]] | Problem:
    document = read_document(path)
    if isinstance(document, Problem):
        return document
    if not CsvFile().recognises(document.data):
        return Problem("file", f"not CSV with the columns {form.described}")
    return rows_of(document.data, _NO_MAPPING)


def _columns(names: Sequence[str], form: ListFormat) -> Columns:
    columns = columns_of(names, {}, form.fields)
    if columns.problems:
        return columns
    folded = {normalised(name): name for name in names}
    chosen = {}
    for key, calls in form.also_called.items():
        found = [folded[call] for call in calls if call in folded]
        if key not in columns.at and found:
            chosen[key] = found[0]
    return columns_of(names, chosen, form.fields) if chosen else columns


def _list_line(
    row: Row, columns: Columns, read: Callable[[str, Texts], _Line | Problem]
) -> _Line | Problem:
    where = f"line {row.line}"
    if row.problem or len(row.cells) != len(columns.names):
        reason = f"{len(row.cells)} columns where the header has {len(columns.names)}"
        return Problem(where, row.problem or reason)
    texts = Texts({name: row.cells[i].strip() for name, i in columns.at.items()}, [])
    try:
        return read(where, texts)
    except UnreadableError as error:
        return Problem(where, str(error))
