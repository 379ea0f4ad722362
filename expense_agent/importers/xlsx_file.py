"""Excel workbooks: every visible sheet is a table like any other; numbers and dates are typed."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from expense_agent.importers.amounts import ExactNumber
from expense_agent.importers.archive import is_workbook, opened
from expense_agent.importers.columns import Row, read_table
from expense_agent.importers.confined import CONFINED
from expense_agent.importers.confined_reader import XLSX
from expense_agent.importers.headers import listed
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Document, Record
from expense_agent.importers.text import printable

LARGEST_WORKBOOK = 50 * 1024 * 1024
"""Bytes of all parts together, unpacked: what the archive announces, before anything is read."""
_LONGEST_NAME = 40


class XlsxFile:
    """Reads the visible sheets of a workbook."""

    format = "xlsx"

    def recognises(self, data: bytes) -> bool:
        """Take a zip archive that has the parts of a workbook."""
        return is_workbook(data)

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read sheet by sheet, every row below its header."""
        try:
            _refuse_bombs(document.data)
            lines = io.BytesIO(CONFINED.ask(XLSX, document.data))
        except UnreadableError as error:
            yield self._nothing(document, Problem("file", str(error)))
            return
        head = json.loads(lines.readline())
        notes = [_hidden(head["hidden"])] if head["hidden"] else []
        sheets = [(name, count) for name, count in head["sheets"] if count]
        if not sheets:
            yield self._nothing(document, *notes, Problem("file", "there is no table in it"))
        for name, count in sheets:
            rows = islice(_rows(lines), count)
            sheet = printable(name)[:_LONGEST_NAME]
            source = replace(document.source, location=sheet)
            for record in read_table(rows, source, self.format, mapping, notes):
                yield _located(record, sheet)
            notes = []
            for _ in rows:  # those beyond the limit
                pass

    def _nothing(self, document: Document, *problems: Problem) -> Record:
        return Record(document.source.file, self.format, None, None, problems, 1.0)


def sheets_of(data: bytes) -> Iterator[tuple[str, list[Row]]]:
    """Yield the name and the rows of every visible sheet; raises UnreadableError."""
    _refuse_bombs(data)
    lines = io.BytesIO(CONFINED.ask(XLSX, data))
    for name, count in json.loads(lines.readline())["sheets"]:
        yield printable(name)[:_LONGEST_NAME], list(islice(_rows(lines), count))


def _refuse_bombs(data: bytes) -> None:
    with opened(data) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST_WORKBOOK:
            limit = LARGEST_WORKBOOK // 1024 // 1024
            raise UnreadableError(f"a workbook that unpacks to more than {limit} MB: split it")


def _rows(lines: io.BytesIO) -> Iterator[Row]:
    size = lines.getbuffer().nbytes
    for line in lines:
        number, cells, problem = json.loads(line)
        yield Row(number, [_text(cell) for cell in cells], lines.tell() / size, problem)


def _text(cell: Any) -> str:
    return ExactNumber(cell[0]) if isinstance(cell, list) else cell


def _hidden(names: list[str]) -> Problem:
    return Problem("workbook", f"hidden sheets, not read: {listed(names)}")


def _located(record: Record, sheet: str) -> Record:
    """Name the sheet in what was said of a whole table or of one of its columns."""
    return replace(record, problems=tuple(_in_sheet(p, sheet) for p in record.problems))


def _in_sheet(problem: Problem, sheet: str) -> Problem:
    if problem.location == "file":
        return replace(problem, location=sheet)
    if problem.location.startswith("column "):
        return replace(problem, location=f"{sheet} {problem.location}")
    return problem
