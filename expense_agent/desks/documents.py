"""The documents of an invoice: the one it was read from, and those people attach while it waits."""

from dataclasses import dataclass
from pathlib import Path

from expense_agent.domain.invoice import Source
from expense_agent.errors import DocumentGone, RequestRefused
from expense_agent.ports import Attached
from expense_agent.service import InvoiceDetail
from expense_agent.storage.records import RecordReader
from expense_agent.storage.store import Sources

MOST_BYTES = 20_000_000


def attached(path: Path, sources: Sources) -> Attached:
    """Keep a copy of a file before the ledger names it; raises RequestRefused."""
    from expense_agent.importers.problem import Problem  # noqa: PLC0415 - the queue reads no file
    from expense_agent.importers.source import read_document  # noqa: PLC0415
    from expense_agent.importers.text import printable  # noqa: PLC0415

    name = printable(path.name)
    read = read_document(path)
    if isinstance(read, Problem):
        raise RequestRefused(f"{name} cannot be attached: {read.reason}")
    if len(read.data) > MOST_BYTES:
        raise RequestRefused(f"{name} cannot be attached: larger than {MOST_BYTES:,} bytes")
    sources.keep({read.source.sha256: read.data})
    return Attached(name, read.source.sha256)


def attachment(detail: InvoiceDetail, name: str, sources: Sources) -> tuple[Source, bytes]:
    """Return a document by its name, the newest of that name; raises DocumentGone."""
    for comment in reversed(detail.comments):
        if comment.document and comment.document_name == name:
            data = sources.get(comment.document, name)
            return Source(name, comment.document, len(data)), data
    names = [one.document_name for one in detail.comments if one.document_name]
    there = f"there are {', '.join(names)}" if names else "nothing is attached"
    raise DocumentGone(f"{name!r} is not attached to {detail.id}: {there}")


@dataclass(frozen=True, slots=True)
class Documents:
    """Finds documents; `attached` names one that a person has attached."""

    records: RecordReader
    sources: Sources

    def text(self, invoice_id: str, attached: str | None = None) -> str:
        """Return a document as harmless text; raises UnknownInvoice or DocumentGone."""
        from expense_agent.importers.original import as_text, plain_text  # noqa: PLC0415 - when shown

        shown = as_text if attached is None else plain_text
        return shown(*self.original(invoice_id, attached))

    def original(self, invoice_id: str, attached: str | None = None) -> tuple[Source, bytes]:
        """Return a document byte for byte, and where in it the invoice stands."""
        if attached is not None:
            return attachment(self.records.invoice(invoice_id), attached, self.sources)
        source = self.records.as_read(invoice_id).source
        return source, self.sources.get(source.sha256, source.file)
