"""The content of a PDF: e-invoices among its attachments, and anything it would run.

Only `confined_reader` loads this. Nothing is drawn, run or written; names are only compared.
"""

import io
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, EmbeddedFile, PdfObject

from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import printable

INVOICE_NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
"""Attachments that are the invoice, in any case; the newer standard first."""
MOST_INVOICES = 4
"""Attachments of these names that are read."""
MOST_ATTACHMENTS = 1_000
MOST_PAGES = 50
"""Pages that are searched for actions."""
MOST_TEXT_PAGES = 10
"""Pages whose words are read; what an invoice asks for stands on its first or last."""
LONGEST_PAGES = 60_000
"""Characters of them."""
MOST_ACTIONS = 1_000
"""Annotations of a page that are searched."""
LARGEST_STREAM = 12_000_000
"""Bytes of anything that is unpacked; real invoices have 9 to 15 thousand."""

_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": LARGEST_STREAM,
    "lzw_maximum_output_length": LARGEST_STREAM,
    "run_length_maximum_output_length": LARGEST_STREAM,
    "array_based_stream_maximum_output_length": LARGEST_STREAM,
    "stream_decoding_work_maximum_length": 3 * LARGEST_STREAM,
    "stream_filters_maximum_length": 4,
    "jbig2dec_binary": None,
    "disable_legacy_handling": True,
}
_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "a program to start",
    "/ImportData": "data to import",
    "/SubmitForm": "a form to send",
}
# An action by its name, a name written in codes, or objects that are packed away.
_TELLTALE = re.compile(rb"/(?:AA|JavaScript|Launch|ImportData|SubmitForm|\w*#[4-7]|ObjStm)")
# As bytes, of UTF-8: nothing is parsed here.
_NAMESPACES = (
    b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    b"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
    b"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    b"urn:ferd:CrossIndustryDocument:invoice:1p0",
)
_PLAIN_XML = re.compile(r"[^/\\\x00-\x1f]{1,100}\.xml", re.IGNORECASE)
_HEAD = 4096
_NAMED_AT_MOST = 5
_LONGEST_NAME = 60


def content_of(data: bytes) -> bytes:
    """Return a line of JSON, then the bytes of the invoices one after the other.

    The line holds "invoices" [[name, length or null, reason]], "others", "active" and "notes".
    Raises UnreadableError for what is locked, damaged or beyond a limit.
    """
    try:
        with apply_configuration(**_LIMITS):
            head, invoices = _content(
                PdfReader(io.BytesIO(data)), look=bool(_TELLTALE.search(data))
            )
            return b"".join((json.dumps(head).encode(), b"\n", *invoices))
    except FileNotDecryptedError:
        raise UnreadableError("it opens with a password only: save it without one") from None
    except DependencyError:
        advice = "save it without, or install expense-agent[encrypted-pdf]"
        raise UnreadableError(f"it is encrypted with AES: {advice}") from None
    except (MemoryError, UnreadableError):
        raise
    except Exception as error:  # noqa: BLE001 - pypdf says itself that damage may raise anything
        raise UnreadableError(f"a damaged PDF: {_said(error)}") from None


def pages_of(data: bytes) -> bytes:
    """Return the words on the first pages, a form feed between two; raises UnreadableError."""
    try:
        with apply_configuration(**_LIMITS):
            pages = itertools.islice(PdfReader(io.BytesIO(data)).pages, MOST_TEXT_PAGES)
            text = "\f".join(page.extract_text() for page in pages)
    except (MemoryError, UnreadableError):
        raise
    except Exception as error:  # noqa: BLE001 - as above
        raise UnreadableError(f"its pages cannot be read: {_said(error)}") from None
    return text[:LONGEST_PAGES].encode(errors="replace")


def _content(reader: PdfReader, *, look: bool) -> tuple[dict[str, list[Any]], list[bytes]]:
    """Take a PDF apart; `look` for actions on its pages, too, which takes its time."""
    catalog = reader.root_object
    named = list(_attachments(reader.attachment_list, catalog))
    known = sorted(
        (entry for entry in named if entry[0] in INVOICE_NAMES),
        key=lambda entry: INVOICE_NAMES.index(entry[0]),
    )
    known = known or [entry for entry in named if _is_invoice(*entry)]
    names = {name for name, _ in known}
    others = [name for name, _ in named if name not in names]
    active, notes = list(_active(catalog)), []
    try:
        active += _active_on(itertools.islice(reader.pages, MOST_PAGES)) if look else ()
    except PyPdfError as error:
        notes.append(f"its pages cannot be read: {_said(error)}")
    found = list(_different(known))
    head: dict[str, list[Any]] = {
        "invoices": [[name, None if c is None else len(c), why] for name, c, why in found],
        "others": [printable(name[:_LONGEST_NAME]) for name in others[:_NAMED_AT_MOST]],
        "active": list(dict.fromkeys(active)),
        "notes": notes,
    }
    return head, [content for _, content, _ in found if content is not None]


def _attachments(
    listed: Iterator[EmbeddedFile], catalog: DictionaryObject
) -> Iterator[tuple[str, EmbeddedFile]]:
    """Yield each attached file once, under the name of an invoice if one of its names is that."""
    associated = (EmbeddedFile("", _dictionary(spec)) for spec in _array(catalog, "/AF"))
    seen = set()
    for count, file in enumerate(itertools.chain(listed, associated)):
        if count == MOST_ATTACHMENTS:
            raise UnreadableError(f"a PDF with more than {MOST_ATTACHMENTS:,} attachments")
        if id(file.pdf_object) in seen:
            continue
        seen.add(id(file.pdf_object))
        names = [_text(name) for name in (file.alternative_name, file.name)]
        folded = (name.strip().lower() for name in names)
        yield next((name for name in folded if name in INVOICE_NAMES), max(names)), file


def _is_invoice(name: str, file: EmbeddedFile) -> bool:
    """Whether an attachment of another name is one: some programs name it after the invoice.

    Looked at only where none has a name of the standards; a name that is a path never counts.
    """
    if not _PLAIN_XML.fullmatch(name):
        return False
    try:
        head = file.content[:_HEAD]
    except PyPdfError:
        return False
    return any(namespace in head for namespace in _NAMESPACES)


def _different(
    known: Sequence[tuple[str, EmbeddedFile]],
) -> Iterator[tuple[str, bytes | None, str]]:
    """Unpack the invoices; the same bytes a second time are not another one."""
    seen = set()
    for name, file in known[:MOST_INVOICES]:
        try:
            content = file.content
        except PyPdfError as error:
            yield name, None, f"cannot be unpacked: {_said(error)}"
            continue
        if content not in seen:
            seen.add(content)
            yield name, content, ""
    for name, _ in known[MOST_INVOICES:]:
        yield name, None, f"not read: more than {MOST_INVOICES} attachments are invoices"


def _active(catalog: DictionaryObject) -> Iterator[str]:
    """Name what the document would run by itself."""
    opening = _dictionary(catalog.get("/OpenAction"))
    if opening and (opening.get("/S") != "/GoTo" or "/Next" in opening):
        yield _ACTIONS.get(str(opening.get("/S")), "an action on opening")
    if _dictionary(catalog.get("/AA")):
        yield "actions on events"
    if "/JavaScript" in _dictionary(catalog.get("/Names")):
        yield "JavaScript"


def _active_on(pages: Iterator[DictionaryObject]) -> Iterator[str]:
    for page in pages:
        if _dictionary(page.get("/AA")):
            yield "actions on events"
        for annotation in itertools.islice(_array(page, "/Annots"), MOST_ACTIONS):
            action = _dictionary(_dictionary(annotation).get("/A"))
            if what := _ACTIONS.get(str(action.get("/S"))):
                yield what


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if isinstance(value, PdfObject) else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(holder: DictionaryObject, key: str) -> Iterator[Any]:
    value = holder.get(key)
    found = value.get_object() if isinstance(value, PdfObject) else None
    return iter(found if isinstance(found, ArrayObject) else ())


def _text(name: Any) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else str(name or "")


def _said(error: Exception) -> str:
    return printable(str(error) or type(error).__name__)[:100]
