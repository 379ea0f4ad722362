"""Lists that people keep as CSV, not invoices: their suppliers, what an old ledger was coded to."""

from collections.abc import Iterator
from pathlib import Path

from expense_agent.importers.csv_file import CsvFile, rows_of
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem
from expense_agent.importers.rows import Row
from expense_agent.importers.source import read_document


def rows_of_list(path: Path, columns: str) -> tuple[tuple[Problem, ...], Iterator[Row]] | Problem:
    """Open a list; give notes on it and its rows, or why it is none. `columns` says what it has."""
    document = read_document(path)
    if isinstance(document, Problem):
        return document
    if not CsvFile().recognises(document.data):
        return Problem("file", f"not CSV with the columns {columns}")
    return rows_of(document.data, ColumnMapping())
