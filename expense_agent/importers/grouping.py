"""Rows that are lines of one invoice, for ledgers with a row per booking (`row = "lines"`).

A sum with a line missing would be a wrong amount, so an unreadable row takes its invoice with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeAlias

from expense_agent.domain.invoice import Invoice, InvoiceLine
from expense_agent.importers.headers import AMOUNT_FIELDS
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Record
from expense_agent.importers.text import shown

Keyed: TypeAlias = tuple[tuple[str, str], Record]
"""A row's Record under (supplier, number) as written."""

_PER_LINE = ("buyer_reference", "accounting_reference", "purchase_order", "payment_terms")
"""Fields that bookings of one invoice may split over; then the invoice as a whole has none."""
_MAY_DIFFER = {*AMOUNT_FIELDS, *_PER_LINE, "lines", "payment_means", "flags", "source"}


def invoices_of(rows: Iterable[Keyed], row: str) -> Iterator[Record]:
    """Yield the Records of a table whose rows are invoices, or "lines" of invoices."""
    return lines_together(rows) if row == "lines" else (record for _, record in rows)


def lines_together(rows: Iterable[Keyed]) -> Iterator[Record]:
    """Sum rows of one supplier and number; reads all rows before it gives the first invoice."""
    groups: dict[tuple[str, str], list[Record]] = {}
    for key, record in rows:
        supplier, number = key
        if supplier and number:
            groups.setdefault(key, []).append(record)
        else:
            yield record
    for records in groups.values():
        yield from _together(records)


def _together(records: Sequence[Record]) -> Iterator[Record]:
    unread = [record for record in records if record.invoice is None]
    invoices = [record.invoice for record in records if record.invoice]
    yield from unread
    if not invoices:
        return
    head = invoices[0]
    problem = _differing(invoices)
    if unread:
        problem = f"{unread[0].problems[0].location} belongs to it and is not read"
    if problem:
        where = head.source.location or "file"
        said = (Problem(where, f"invoice {shown(head.number or '')}: {problem}"),)
        yield replace(records[0], invoice=None, problems=said)
        return
    notes = tuple(problem for record in records for problem in record.problems)
    yield replace(records[0], invoice=_summed(invoices), problems=notes)


def _differing(invoices: Sequence[Invoice]) -> str | None:
    """Name a field in which rows of one invoice contradict each other."""
    first = invoices[0]
    for name in (f.name for f in fields(Invoice) if f.name not in _MAY_DIFFER):
        for other in invoices:
            if getattr(other, name) != getattr(first, name):
                where = f"{first.source.location} and {other.source.location}"
                return f"its rows differ in {name.replace('_', ' ')}: {where}"
    return None


def _summed(invoices: Sequence[Invoice]) -> Invoice:
    lines = tuple(_line(i, invoice) for i, invoice in enumerate(invoices, 1))
    sums: dict[str, Any] = {
        name: _sum([getattr(invoice, name) for invoice in invoices]) for name in AMOUNT_FIELDS
    }
    common: dict[str, Any] = {name: _common(invoices, name) for name in _PER_LINE}
    return replace(
        invoices[0],
        **sums,
        **common,
        lines=lines,
        payment_means=tuple(dict.fromkeys(m for i in invoices for m in i.payment_means)),
        flags=tuple(dict.fromkeys(flag for i in invoices for flag in i.flags)),
    )


def _common(invoices: Sequence[Invoice], name: str) -> str | None:
    values = {getattr(invoice, name) for invoice in invoices}
    return values.pop() if len(values) == 1 else None


def _line(number: int, invoice: Invoice) -> InvoiceLine:
    said = invoice.lines[0] if invoice.lines else InvoiceLine()
    net = invoice.tax_exclusive_amount
    return replace(said, id=str(number), net_amount=invoice.payable_amount if net is None else net)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """Add up; a missing amount makes the sum unknown, not smaller."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
