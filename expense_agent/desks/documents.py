"""The documents of an invoice: the one it was read from, and those that people attached to it."""

from dataclasses import dataclass

from expense_agent.desks.attaching import attachment
from expense_agent.domain.invoice import Source
from expense_agent.storage.records import RecordReader
from expense_agent.storage.store import Sources


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
