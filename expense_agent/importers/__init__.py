"""File bytes -> invoices. Each file goes to exactly one importer, recognised by its bytes.

What cannot be read is a Problem with its place in the file, never the end of a batch.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from expense_agent.importers.csv_file import CsvFile
from expense_agent.importers.decoding import beginning
from expense_agent.importers.json_file import JsonFile, JsonLines
from expense_agent.importers.mapping import ColumnMapping, load_mapping
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Document, Importer, Record
from expense_agent.importers.source import files_of, read_document
from expense_agent.importers.text import printable
from expense_agent.importers.xml_file import XmlFile

__all__ = [
    "IMPORTERS",
    "ColumnMapping",
    "Document",
    "Importer",
    "Problem",
    "Record",
    "files_of",
    "load_mapping",
    "read_batch",
]

IMPORTERS: tuple[Importer, ...] = (CsvFile(), JsonFile(), JsonLines(), XmlFile())
"""Every format that is read. A file that two of them recognise is a Problem, not a race."""


def read_batch(paths: Sequence[Path], mapping: ColumnMapping | None = None) -> Iterator[Record]:
    """Read files, folders and "-" lazily, one file in memory at a time.

    Every file gives at least one Record; no exception leaves this for what a file contains.
    """
    for path in files_of(paths):
        document = read_document(path)
        if isinstance(document, Problem):
            yield Record(printable(str(path)), None, None, None, (document,), 1.0)
        else:
            yield from _read(document, mapping or ColumnMapping())


def _read(document: Document, mapping: ColumnMapping) -> Iterator[Record]:
    fitting = [importer for importer in IMPORTERS if importer.recognises(document.data)]
    file = document.source.file
    if len(fitting) != 1:
        yield Record(file, None, None, None, (_unrecognised(document.data, fitting),), 1.0)
        return
    (importer,) = fitting
    try:
        yield from importer.read(document, mapping)
    except Exception as error:  # noqa: BLE001 - the border: one file never stops a batch
        reason = f"reading broke off, a mistake of this program: {type(error).__name__}"
        yield Record(file, importer.format, None, None, (Problem("file", reason),), 1.0)


def _unrecognised(data: bytes, fitting: Sequence[Importer]) -> Problem:
    if fitting:
        names = " and ".join(importer.format for importer in fitting)
        return Problem("file", f"could be {names}: not read, so that nothing is read wrongly")
    said = next((what for magic, what in _SEEN if beginning(data).startswith(magic)), None)
    return Problem("file", f"{said or 'not a text file'}: not a format that is read")


_SEEN = (
    ("%PDF", "a PDF"),
    ("PK\x03\x04", "a zip archive or an Excel workbook; save it as CSV"),
)
