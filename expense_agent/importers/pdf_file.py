"""Hybrid PDFs (Factur-X, ZUGFeRD, XRechnung): the XML inside is read as if it came alone.

The XML leads, in law; what the pages show is not compared with it. Nothing of a PDF is ever run.
"""

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from expense_agent.domain.invoice import Invoice, content_hash
from expense_agent.importers.confined import CONFINED
from expense_agent.importers.confined_reader import PAGES, PDF
from expense_agent.importers.decoding import beginning
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Document, PageReader, Record
from expense_agent.importers.xml_file import read_xml

LARGEST_PDF = 30 * 1024 * 1024
"""Bytes; real ones have some 258,000."""
_HEAD = 1024
_MARK = re.compile(rb"%PDF-[12]\.[0-9]")
_OBJECT = re.compile(rb"[0-9] obj\b")
READ_OFF_PAGES = "read_off_pages: read off the pages, not from an e-invoice: compare every field"
_WHAT_TO_DO = "ask the supplier for one, or write it as a row of a table"


def is_pdf(data: bytes) -> bool:
    """Whether it is a PDF; other bytes may stand before it, as a mail gateway leaves them."""
    if beginning(data).startswith("%PDF"):
        return True
    mark = _MARK.search(data, 0, _HEAD)
    return bool(mark and _OBJECT.search(data, mark.end()))


def begin_pdf(data: bytes) -> bool:
    """Begin to take a PDF apart that is read next; whether it is one."""
    begun = is_pdf(data) and len(data) <= LARGEST_PDF
    if begun:
        CONFINED.begin(PDF, data)
    return begun


class PdfFile:
    """Reads the e-invoice inside a PDF; where there is none, asks the reader of its pages."""

    @property
    def format(self) -> str:
        """The name of the format; a record is of that of the invoice inside."""
        return "pdf"

    def recognises(self, data: bytes) -> bool:
        """Take every PDF; `read` says whether an invoice is in it."""
        return is_pdf(data)

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read the one invoice of the file."""
        del mapping  # has nothing to say of a format with names of its own
        try:
            yield _record(document)
        except UnreadableError as error:
            problem = Problem("file", str(error))
            yield Record(document.source.file, None, "pdf", None, (problem,), 1.0)


@dataclass(frozen=True, slots=True)
class _Inside:
    """One attachment that is an invoice, and what was read of it."""

    name: str
    format: str | None
    found: Invoice | Problem


def _record(document: Document) -> Record:
    """Build the one record of a PDF; raises UnreadableError."""
    if len(document.data) > LARGEST_PDF:
        raise UnreadableError(f"a PDF larger than {LARGEST_PDF // 1024 // 1024} MB")
    content, inside = _inside(document)
    if not inside and document.pages:
        return _off_the_pages(document, document.pages, content["active"])
    if not inside:
        raise UnreadableError(_none(content["others"]))
    file = document.source.file
    leading = next((i for i in inside if isinstance(i.found, Invoice)), inside[0])
    if isinstance(leading.found, Problem):
        problems = tuple(_named(i) for i in inside)
        return Record(file, leading.format, "pdf", None, problems, 1.0)
    flags = (*leading.found.flags, *_disagreement(leading, inside), *_active(content["active"]))
    notes = [_named(i) for i in inside if isinstance(i.found, Problem)]
    notes += [Problem("file", note) for note in content["notes"]]
    return Record(
        file, leading.format, "pdf", replace(leading.found, flags=flags), tuple(notes), 1.0
    )


def _off_the_pages(document: Document, pages: PageReader, active: Sequence[Any]) -> Record:
    """Have the words of the pages read; raises UnreadableError when there are none."""
    file = document.source.file
    words = CONFINED.ask(PAGES, document.data).decode()
    if not words.strip():
        raise UnreadableError(f"no words on its pages, a picture perhaps: {_WHAT_TO_DO}")
    found = pages.read(words, document.source)
    if isinstance(found, Problem):
        return Record(file, None, "pdf", None, (found,), 1.0)
    flags = (*found.flags, READ_OFF_PAGES, *_active(active))
    return Record(file, "pdf", "pdf", replace(found, flags=flags), (), 1.0)


def _inside(document: Document) -> tuple[dict[str, list[Any]], list[_Inside]]:
    """Have the PDF taken apart; give what was said of it, and the invoices in it."""
    content, invoices = attached(document.data)
    inside = []
    for name, xml, reason in invoices:
        if xml is None:
            inside.append(_Inside(name, None, Problem("file", reason)))
        else:
            inside.append(_Inside(name, *read_xml(xml, document.source)))
    return content, inside


def attached(data: bytes) -> tuple[dict[str, list[Any]], list[tuple[str, bytes | None, str]]]:
    """Have a PDF taken apart: what was said of it; name and XML, or why none, of its invoices.

    Raises UnreadableError.
    """
    answer = io.BytesIO(CONFINED.ask(PDF, data))
    content = json.loads(answer.readline())
    return content, [
        (name, None if length is None else answer.read(length), reason)
        for name, length, reason in content["invoices"]
    ]


def _named(inside: _Inside) -> Problem:
    """Say in which attachment a problem is."""
    assert isinstance(inside.found, Problem)
    where, reason = inside.found.location, inside.found.reason
    return Problem(inside.name if where == "file" else f"{inside.name} {where}", reason)


def _disagreement(leading: _Inside, inside: Sequence[_Inside]) -> Iterator[str]:
    """Point out attachments that do not ask for the same as the one that is read."""
    assert isinstance(leading.found, Invoice)
    read = content_hash(leading.found)
    others = [
        f"{other.name} {_asked(other.found)}"
        for other in inside
        if isinstance(other.found, Problem) or content_hash(other.found) != read
    ]
    if others:
        said = f"{leading.name} {_asked(leading.found)}"
        yield f"documents_disagree: invoices inside one PDF: {'; '.join((said, *others))}"


def _asked(found: Invoice | Problem) -> str:
    if isinstance(found, Problem):
        return "cannot be read"
    return f"asks for {found.payable or f'no amount in {found.currency}'}"


def _active(names: Sequence[Any]) -> Iterator[str]:
    if names:
        yield f"active_content: the PDF holds {', '.join(names)}; nothing of it was run"


def _none(others: Sequence[Any]) -> str:
    holds = f"; it holds {', '.join(others)}" if others else ""
    return f"no e-invoice inside this PDF{holds}: {_WHAT_TO_DO}"
