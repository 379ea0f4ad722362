"""The visible sheets of a workbook as rows of texts; only `confined_reader` loads this.

calamine gives '' for a formula without a result and for an error alike, as for an empty cell: such
cells are looked up in the sheet's own XML, so that no row is read as if nothing stood there.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from posixpath import join, normpath
from typing import Any

from python_calamine import CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from expense_agent.importers.columns import MOST_ROWS
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.safe_xml import Element, root_of
from expense_agent.importers.text import printable

_SLACK = 100
"""Rows sent beyond those that are read: header, what stands above it, and one to complain about."""
_MOST_DIGITS = 10**15
"""From here on a spreadsheet has rounded a number."""
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_CELL = rb"<(?:\w+:)?c\s(?P<attributes>[^<>]*)>\s*"
_NO_RESULT = re.compile(
    _CELL + rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\s(?=[^<>]*?\bt=[\"']e[\"'])(?P<attributes>[^<>]*)>")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


def content_of(data: bytes) -> bytes:
    """Yield lines of JSON: {"hidden": names, "sheets": [[name, rows]]}, then [row, cells, problem].

    A cell is a text, or [text] when it is a number. Raises UnreadableError.
    """
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as parts,
            CalamineWorkbook.from_filelike(io.BytesIO(data)) as book,
        ):
            return _content(book, parts)
    except (MemoryError, UnreadableError):
        raise
    except Exception as error:  # noqa: BLE001 - what damage raises is nowhere written down
        raise UnreadableError(f"a damaged workbook: {printable(str(error))[:100]}") from None


def _content(book: CalamineWorkbook, parts: zipfile.ZipFile) -> bytes:
    tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    where = _parts_by_name(parts)
    lines: list[bytes] = []
    sheets: list[tuple[str, int]] = []
    for sheet in filter(_is_visible, tables):
        doubts = _doubts(parts.read(where[sheet.name])) if sheet.name in where else {}
        before = len(lines)
        lines += islice(_rows(book, sheet.name, doubts), MOST_ROWS + _SLACK)
        sheets.append((sheet.name, len(lines) - before))
    hidden = [sheet.name for sheet in tables if not _is_visible(sheet)]
    head = json.dumps({"hidden": hidden, "sheets": sheets}).encode()
    return b"\n".join((head, *lines))


def _is_visible(sheet: SheetMetadata) -> bool:
    return sheet.visible == SheetVisibleEnum.Visible


def _rows(book: CalamineWorkbook, name: str, doubts: dict[int, str]) -> Iterator[bytes]:
    rows = book.get_sheet_by_name(name).iter_rows()
    for number, cells in enumerate(rows, 1):
        if any(cell != "" for cell in cells) or number in doubts:
            row = number, [_cell(cell) for cell in cells], doubts.get(number)
            yield json.dumps(row).encode()


def _cell(value: Any) -> str | list[str]:
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return [_number(value)]
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date():
            return str(value)
        case _:
            return str(value)


def _number(value: float) -> str:
    """Write a number as it was typed: every one of them is stored as a binary fraction."""
    if abs(value) >= _MOST_DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if float(value).is_integer() else repr(value)


def _doubts(sheet: bytes) -> dict[int, str]:
    """Find cells that are not empty and yet without a value: row -> what is wrong in it."""
    found: dict[int, str] = {}
    for pattern, what in (
        (_NO_RESULT, "holds a formula without a result: open the file in Excel and save it"),
        (_ERROR, "holds an error such as #REF!"),
    ):
        for cell in pattern.finditer(sheet):
            place = _PLACE.search(cell["attributes"])
            if place is None:
                raise UnreadableError(f"a cell {what}; it is not said which")
            name = (place[1] + place[2]).decode()
            found.setdefault(int(place[2]), f"cell {name} {what}")
    return found


def _parts_by_name(parts: zipfile.ZipFile) -> dict[str, str]:
    """Find the part of the archive that holds each sheet."""
    targets = {
        relation.get("Id"): normpath(join("/xl", relation.get("Target") or "")).lstrip("/")
        for relation in _parsed(parts, _RELATIONS)
    }
    there = set(parts.namelist())
    sheets = (sheet for part in _parsed(parts, _WORKBOOK) for sheet in part)
    found = {sheet.get("name") or "": targets.get(_relation(sheet), "") for sheet in sheets}
    return {name: target for name, target in found.items() if target in there}


def _relation(sheet: Element) -> str | None:
    for kind in (
        "http://schemas.openxmlformats.org/officeDocument/2006",
        "http://purl.oclc.org/ooxml/officeDocument",
    ):
        if found := sheet.get(f"{{{kind}/relationships}}id"):
            return found
    return None


def _parsed(parts: zipfile.ZipFile, name: str) -> Element:
    root = root_of(parts.read(name))
    if isinstance(root, Problem):
        raise UnreadableError(f"a damaged workbook: {root.reason}")
    return root
