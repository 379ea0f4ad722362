"""The one XML parser: no DTD, no entities, no network, comments removed, size known beforehand.

lxml is imported when the first XML file is met, never before: a table or the first paint must not
pay for it.
"""

import re
from collections.abc import Iterator
from typing import Any, Protocol

from expense_agent.importers.decoding import as_text, beginning
from expense_agent.importers.problem import Problem
from expense_agent.importers.text import printable

LARGEST_XML = 10 * 1024 * 1024
"""Bytes of one document, also of one inside a PDF; real ones have 9 to 15 thousand."""
MOST_MARKS = 500_000
"""Tags and attributes, counted by their < and = before anything is built: the largest document of
that many takes less than 200 MB."""

_HEAD = 512
_LONGEST_LINE = 500
"""Characters of a line that a person still reads."""
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]+(?=<\?xml)")
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS = frozenset(
    "utf-8 utf-16 us-ascii ascii iso-8859-1 iso-8859-2 iso-8859-9 iso-8859-15 latin1 "
    "windows-1250 windows-1252 cp1252 utf8 utf-16le utf-16be".split()
)
_NOT_DECLARED = "its encoding does not have; that is UTF-8, unless it declares another"
_NO_DOCTYPE = "it has a document type (DOCTYPE), which no e-invoice needs: not read"


class Element(Protocol):
    """The part of an element that readers may use: its own names, text and children."""

    tag: Any
    """Its name with the namespace in braces before it."""
    text: str | None

    def __iter__(self) -> "Iterator[Element]": ...
    def __len__(self) -> int: ...
    def get(self, key: str, /) -> str | None:
        """Return an attribute, or None."""
        ...


def is_xml(data: bytes) -> bool:
    """Whether the bytes begin as XML does, in any encoding; HTML does so, too."""
    return beginning(data).lstrip("\0").startswith("<")


def root_of(data: bytes) -> Element | Problem:
    """Parse a document; nothing outside of its bytes is ever read."""
    if before := _BEFORE.match(data):
        data = data[before.end() :]
    if refusal := _refusal(data):
        return Problem("file", refusal)
    from lxml import etree  # noqa: PLC0415 - see above

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return _unparsed(error.lineno, error.msg or "")
    assert not root.getroottree().docinfo.doctype, "refused before, in every encoding that is read"
    found: Element = root
    return found


def text_of(data: bytes) -> str:
    """Return a document as text to look at; one without line breaks is laid out anew."""
    head = data[:_HEAD]
    declared = _DECLARED.search(head.translate(None, b"\0") if b"\0" in head else head)
    text = as_text(data, declared[1].decode() if declared else "utf-8")
    if max(map(len, text.splitlines()), default=0) <= _LONGEST_LINE:
        return text
    root: Any = root_of(data)
    if isinstance(root, Problem):
        return text
    from lxml import etree  # noqa: PLC0415 - see above

    etree.indent(root)
    laid_out: str = etree.tostring(root, encoding="unicode")
    return laid_out


def _refusal(data: bytes) -> str | None:
    """Say why a document is not even parsed, or None."""
    if len(data) > LARGEST_XML:
        return f"larger than the {LARGEST_XML // 1024 // 1024} MB an XML document may have"
    head = data[:_HEAD]
    ascii_only = data.translate(None, b"\0") if b"\0" in head else data
    declared = _DECLARED.search(ascii_only[:_HEAD])
    if declared and declared[1].decode().lower() not in _ENCODINGS:
        return f"the encoding {declared[1].decode()} is not one that invoices are written in"
    if beginning(ascii_only).lower().startswith(("<!doctype html", "<html")):
        return "an HTML page: not a format that is read"
    if b"<!DOCTYPE" in ascii_only:
        return _NO_DOCTYPE
    if ascii_only.count(b"<") + ascii_only.count(b"=") > MOST_MARKS:
        return f"more than {MOST_MARKS:,} tags and attributes: no invoice has so many"
    return None


def _unparsed(line: int | None, message: str) -> Problem:
    where = f"line {line}" if line else "file"
    if "proper UTF-8" in message or "Invalid bytes" in message:
        return Problem(
            where,
            "it holds bytes that its encoding does not have; UTF-8 unless it declares another",
        )
    said = printable(
        re.sub(r"(\n|, line \d+, column \d+).*", "", message, flags=re.DOTALL)
    ).strip()[:200]
    return Problem(where, f"not well-formed XML: {said or 'it has no root element'}")
