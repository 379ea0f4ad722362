"""File bytes -> invoices. Each file goes to exactly one importer, recognised by its bytes.

What cannot be read is a Problem with its place in the file, never the end of a batch.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from expense_agent.importers.archive import Member, Stopwatch, is_archive, members_of
from expense_agent.importers.confined import CONFINED
from expense_agent.importers.csv_file import CsvFile
from expense_agent.importers.json_file import JsonFile, JsonLines
from expense_agent.importers.mapping import ColumnMapping, load_mapping
from expense_agent.importers.pdf_file import PdfFile, begin_pdf
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Document, Importer, PageReader, Record
from expense_agent.importers.source import files_of, read_document
from expense_agent.importers.text import printable
from expense_agent.importers.xlsx_file import XlsxFile
from expense_agent.importers.xml_file import XmlFile

__all__ = [
    "IMPORTERS",
    "ColumnMapping",
    "Document",
    "Importer",
    "PageReader",
    "Problem",
    "Record",
    "files_of",
    "load_mapping",
    "read_batch",
]

IMPORTERS: tuple[Importer, ...] = (
    JsonFile(),
    JsonLines(),
    XmlFile(),
    PdfFile(),
    XlsxFile(),
    CsvFile(),
)
"""Every format that is read. A file that two of them recognise is a Problem, not a race.

The last takes the text that none of the others recognises.
"""


def read_batch(
    paths: Sequence[Path],
    mapping: ColumnMapping | None = None,
    opened: Callable[[Document], None] | None = None,
    pages: PageReader | None = None,
) -> Generator[Record, None, None]:
    """Read files, folders, zip archives and "-" lazily, one or two files in memory at a time.

    Every file gives at least one Record; no exception leaves this for what a file contains.
    `opened` is told of every file before its Records come; `pages` reads PDFs without an e-invoice.
    """
    reading = Stopwatch()
    try:
        for member in _looking_ahead(_members(paths, reading)):
            if opened and isinstance(member.content, Document):
                opened(member.content)
            yield from reading.timed(_read(member, mapping or ColumnMapping(), pages))
    finally:
        CONFINED.release()


def _members(paths: Sequence[Path], reading: Stopwatch) -> Iterator[Member]:
    """Open the files, and those inside of archives, one by one."""
    for path in files_of(paths):
        content = read_document(path)
        if isinstance(content, Document) and is_archive(content.data):
            yield from members_of(content, reading)
        else:
            yield Member(printable(str(path)), content)


def _looking_ahead(members: Iterator[Member]) -> Iterator[Member]:
    """Hold a PDF back until the next file is open: two are then read at the same time."""
    held: Member | None = None
    for member in members:
        begun = isinstance(member.content, Document) and begin_pdf(member.content.data)
        if held:
            yield held
        held = member if begun else None
        if not begun:
            yield member
    if held:
        yield held


def _read(member: Member, mapping: ColumnMapping, pages: PageReader | None) -> Iterator[Record]:
    if isinstance(member.content, Problem):
        records = iter((_nothing(member.file, member.content),))
    else:
        records = _read_one(replace(member.content, pages=pages), mapping)
    for record in records:
        yield record if member.share is None else replace(record, share=member.share)


def _read_one(document: Document, mapping: ColumnMapping) -> Iterator[Record]:
    fitting = _recognising(document.data)
    file = document.source.file
    if len(fitting) != 1:
        yield _nothing(file, _unrecognised(document.data, fitting))
        return
    (importer,) = fitting
    try:
        yield from importer.read(document, mapping)
    except Exception as error:  # noqa: BLE001 - the border: one file never stops a batch
        reason = f"reading broke off, a mistake of this program: {type(error).__name__}"
        yield Record(file, importer.format, None, None, (Problem("file", reason),), 1.0)


def _recognising(data: bytes) -> list[Importer]:
    *named, last = IMPORTERS
    return [one for one in named if one.recognises(data)] or [last] * last.recognises(data)


def _nothing(file: str, problem: Problem) -> Record:
    return Record(file, None, None, None, (problem,), 1.0)


def _unrecognised(data: bytes, fitting: Sequence[Importer]) -> Problem:
    if fitting:
        names = " and ".join(importer.format for importer in fitting)
        return Problem("file", f"could be {names}: not read, so that nothing is read wrongly")
    is_old = data.startswith(_OLD_OFFICE)
    said = "an old or a locked Excel file: save it as .xlsx" if is_old else "not a text file"
    return Problem("file", f"{said}: not a format that is read")


_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
