"""E-invoices in XML: the root element alone decides which syntax, never a name or a profile.

One importer for all of them, so that a document is parsed once; what stands inside a PDF is read
by the same `read_xml`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from expense_agent.domain.invoice import Invoice, Source
from expense_agent.importers import cii, ubl, zugferd1
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Document, Record
from expense_agent.importers.safe_xml import Element, is_xml, root_of
from expense_agent.importers.text import printable, shown
from expense_agent.importers.xml_invoice import invoice_of
from expense_agent.importers.xml_paths import Step, gathered

_ENVELOPE = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"


class Syntax(NamedTuple):
    """How documents with one root element are read."""

    format: str
    table: Step
    is_credit_note: bool = False


SYNTAXES = {
    ubl.INVOICE_ROOT: Syntax(ubl.FORMAT, ubl.INVOICE),
    ubl.CREDIT_NOTE_ROOT: Syntax(ubl.FORMAT, ubl.CREDIT_NOTE, is_credit_note=True),
    cii.ROOT: Syntax(cii.FORMAT, cii.DOCUMENT),
    zugferd1.ROOT: Syntax(zugferd1.FORMAT, zugferd1.DOCUMENT),
}
"""Every syntax that is read, by its root element."""


class XmlFile:
    """Reads one XML document."""

    format = "xml"

    def recognises(self, data: bytes) -> bool:
        """Take everything that begins with a tag; `read` says what it is."""
        return is_xml(data)

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read the one invoice of the file."""
        del mapping  # has nothing to say of a format with names of its own
        form, found = read_xml(document.data, document.source)
        invoice, problems = (None, (found,)) if isinstance(found, Problem) else (found, ())
        yield Record(document.source.file, form, None, invoice, problems, 1.0)


def read_xml(data: bytes, source: Source) -> tuple[str | None, Invoice | Problem]:
    """Read an XML document; give its format, None if it is no e-invoice, and what was read."""
    root = root_of(data)
    if isinstance(root, Problem):
        return None, root
    try:
        root = _unwrapped(root)
        syntax = SYNTAXES.get(root.tag)
        if syntax is None:
            return None, Problem("file", _other(root))
    except UnreadableError as error:
        return None, Problem("file", str(error))
    try:
        found = gathered(root, syntax.table)
        return syntax.format, invoice_of(found, source, credit_note=syntax.is_credit_note)
    except UnreadableError as error:
        return syntax.format, Problem("file", str(error))


def _unwrapped(root: Element) -> Element:
    """Take a document out of a Peppol envelope (SBDH), one level deep."""
    if root.tag != f"{_ENVELOPE}StandardBusinessDocument":
        return root
    inside = [child for child in root if child.tag != f"{_ENVELOPE}StandardBusinessDocumentHeader"]
    if len(inside) != 1:
        raise UnreadableError(f"an envelope (SBDH) with {len(inside)} documents, not one")
    return inside[0]


def _other(root: Element) -> str:
    namespace, _, name = str(root.tag).rpartition("}")
    space = f" of {shown(namespace[1:], 100)}" if namespace else " without a namespace"
    kind = f"an XML document with the root {printable(name)[:60]}{space}"
    return f"{kind}: neither UBL Invoice or CreditNote, nor CII, nor ZUGFeRD 1.0"
