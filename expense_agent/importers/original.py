"""A kept file as text to look at: XML and pages of a PDF, or the row an invoice came from.

What a person sees here is the document's own words, made harmless and otherwise left as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from expense_agent.domain.invoice import Source
from expense_agent.importers.archive import is_workbook
from expense_agent.importers.columns import Row, below_header
from expense_agent.importers.confined import CONFINED
from expense_agent.importers.confined_reader import PAGES
from expense_agent.importers.csv_file import rows_of
from expense_agent.importers.decoding import as_text as decoded
from expense_agent.importers.grouping import Keyed
from expense_agent.importers.json_file import JsonFile, JsonLines, elements_of, lines_of
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.objects import ElementReader
from expense_agent.importers.pdf_file import attached, is_pdf
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.safe_xml import is_xml, text_of
from expense_agent.importers.text import visible
from expense_agent.importers.xlsx_file import sheets_of

LONGEST = 1_000_000
"""Characters that are shown; the file itself can be written out whole."""
_ROW = re.compile(r"(?:(?P<sheet>.*) row|line) (?P<number>[0-9]+)", re.DOTALL)
_WRITTEN_OUT = "`document ID --attached NAME --output FILE` writes it out as it is."
_NO_TEXT = f"It is no text. {_WRITTEN_OUT}"
_NOT_THERE = "It is not there any more as it was read: write the file out to look at it."


def as_text(source: Source, data: bytes) -> str:
    """Show what an invoice was read from: all of a document, or its place in a table."""
    try:
        parts = list(_parts(source, data))
    except UnreadableError as error:
        parts = [f"It cannot be shown: {error}"]
    finally:
        CONFINED.release()
    return _headed(source, "\n\n".join(parts))


def plain_text(source: Source, data: bytes) -> str:
    """Show a file that no invoice was read from: as the text it is, or that it is none."""
    if is_pdf(data):
        try:
            return _headed(source, f"{_WRITTEN_OUT}\n\n{_on_pages(data)}")
        finally:
            CONFINED.release()
    try:
        text = _NO_TEXT if b"\0" in data else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _NO_TEXT
    return _headed(source, text)


def _headed(source: Source, text: str) -> str:
    where = f", {source.location}" if source.location else ""
    head = f"{source.file}{where}\nsha256 {source.sha256}, {source.bytes:,} bytes\n\n"
    cut = f"\n\n... {len(text) - LONGEST:,} more characters" if len(text) > LONGEST else ""
    return visible(head + text[:LONGEST] + cut).rstrip() + "\n"


def _parts(source: Source, data: bytes) -> Iterator[str]:
    place = source.location or ""
    if is_pdf(data):
        yield from _inside(data)
    elif is_workbook(data):
        yield _row_of_workbook(data, place)
    elif is_xml(data):
        yield text_of(data)
    elif JsonFile().recognises(data):
        reader = _Finding(source, place)
        yield reader.shown(elements_of(data, reader))
    elif JsonLines().recognises(data):
        reader = _Finding(source, place)
        yield reader.shown(lines_of(data, reader))
    elif _ROW.fullmatch(place):
        table = rows_of(data, ColumnMapping())
        yield _NOT_THERE if isinstance(table, Problem) else _row(table[1], place)
    else:
        yield decoded(data, "utf-8")


def _inside(data: bytes) -> Iterator[str]:
    yield _on_pages(data)
    content, invoices = attached(data)
    for name, xml, reason in invoices:
        yield f"--- {name}\n{reason if xml is None else text_of(xml)}"
    if content["others"]:
        yield f"--- attached as well: {', '.join(content['others'])}"


def _on_pages(data: bytes) -> str:
    """Return what the pages say to somebody who looks at them."""
    try:
        words = CONFINED.ask(PAGES, data).decode().strip()
    except UnreadableError as error:
        words = str(error)
    return f"--- on its pages\n{words or 'no words: a picture perhaps'}"


def _row_of_workbook(data: bytes, place: str) -> str:
    found = _ROW.fullmatch(place)
    for name, rows in sheets_of(data):
        if found and name == found["sheet"]:
            return _row(iter(rows), place)
    return _NOT_THERE


def _row(rows: Iterator[Row], place: str) -> str:
    """Show one row under the names of its columns."""
    found = _ROW.fullmatch(place)
    header, below, _ = below_header(rows, ColumnMapping())
    number = int(found["number"]) if found else 0
    for row in below:
        if row.line == number:
            return _named(header.cells if header else (), row.cells)
    return _NOT_THERE


def _named(names: Sequence[str], cells: Sequence[str]) -> str:
    named = [names[i].strip() if i < len(names) else "" for i in range(len(cells))]
    width = min(40, max(map(len, named), default=0))
    return "\n".join(f"{n.ljust(width)}  {cell}" for n, cell in zip(named, cells, strict=True))


class _Finding(ElementReader):
    """Keeps the text of one element of a JSON file instead of reading them all."""

    def __init__(self, source: Source, wanted: str) -> None:
        super().__init__(source, "json", ColumnMapping())
        self._wanted = wanted
        self._found: str | None = None

    def record(self, location: str, text: str, depth: int, share: float) -> Keyed:
        """Keep the text of the element that is wanted."""
        del depth
        if location == self._wanted:
            self._found = text
        return self.refused(location, "", share)

    def shown(self, elements: Iterable[Keyed]) -> str:
        """Go through the elements up to the one that is wanted."""
        for _ in elements:
            if self._found is not None:
                break
        return _NOT_THERE if self._found is None else self._found.strip()
