"""Helpers of the importer tests: bytes in, records out, through the public door."""

import tempfile
from decimal import Decimal
from pathlib import Path

from expense_agent.domain.invoice import Invoice
from expense_agent.importers import ColumnMapping, Record, read_batch


def read(content: str | bytes, mapping: ColumnMapping | None = None) -> list[Record]:
    """The records of a file with this content."""
    data = content.encode() if isinstance(content, str) else content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_bytes(data)
        return list(read_batch([path], mapping))


def invoices(records: list[Record]) -> list[Invoice]:
    return [record.invoice for record in records if record.invoice is not None]


def the_invoice(content: str | bytes, mapping: ColumnMapping | None = None) -> Invoice:
    (invoice,) = invoices(read(content, mapping))
    return invoice


def amounts(content: str | bytes, mapping: ColumnMapping | None = None) -> list[Decimal | None]:
    return [invoice.payable_amount for invoice in invoices(read(content, mapping))]


def reasons(records: list[Record]) -> list[str]:
    return [f"{p.location}: {p.reason}" for record in records for p in record.problems]


def column(field: str, *values: str) -> str:
    """A table that has these values in one column and nothing wrong in the others."""
    rest = {"number": "1", "supplier": "Good Ltd", "payable_amount": "1.00", "currency": "EUR"}
    names = [*rest, *({field} - rest.keys())]
    rows = [{**rest, field: value, "number": f"N-{i}"} for i, value in enumerate(values)]
    lines = ("\t".join(row[name] for name in names) for row in rows)
    return "\n".join(["\t".join(names), *lines, ""])
