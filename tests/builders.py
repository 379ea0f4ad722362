"""Builds what tests talk about, with believable defaults: name only what the test is about."""

import hashlib
from datetime import date
from decimal import Decimal

from expense_agent.domain.category import Suggestion
from expense_agent.domain.invoice import Invoice, InvoiceLine, PaymentMeans, Source
from expense_agent.domain.supplier import Supplier

NORDWIND_IBAN = "DE89370400440532013000"
OTHER_IBAN = "GB82WEST12345698765432"


def a_supplier(name: str | None = "Nordwind Logistik AG", vat_id: str | None = None) -> Supplier:
    return Supplier(name=name, vat_id=vat_id, country="DE")


def an_invoice(
    payable: str | None = "120.00 EUR",
    *,
    number: str | None = "R-1001",
    supplier: str | Supplier | None = "Nordwind Logistik AG",
    account: str | None = NORDWIND_IBAN,
    means_code: str | None = None,
    type_code: str | None = "380",
    issue_date: date | None = date(2026, 11, 1),
    due_date: date | None = date(2026, 12, 1),
    description: str = "Pallet freight Hamburg",
    payee: str | None = None,
    flags: tuple[str, ...] = (),
    file: str = "batch.csv",
) -> Invoice:
    """An invoice over `payable` ("120.00 EUR"); "EUR" alone leaves the amount out."""
    amount, _, currency = (payable or "EUR").rpartition(" ")
    who = supplier if isinstance(supplier, Supplier) else a_supplier(supplier)
    means = (PaymentMeans(code=means_code, account=account),) if account or means_code else ()
    return Invoice(
        currency=currency,
        supplier=who,
        source=_source(file, number, payable, who),
        number=number,
        type_code=type_code,
        issue_date=issue_date,
        due_date=due_date,
        payee_name=payee,
        payment_means=means,
        payable_amount=Decimal(amount) if amount else None,
        lines=(InvoiceLine(id="1", name=description),),
        flags=flags,
    )


def _source(file: str, *said: object) -> Source:
    """A file of its own for every invoice: records of one file may not be one record twice."""
    return Source(file, hashlib.sha256(repr((file, *said)).encode()).hexdigest(), 100, "line 2")


def a_suggestion(category: str | None = "vehicles", confidence: float = 0.9) -> Suggestion:
    return Suggestion(
        category, confidence, kind="supplier", why="3 of 3 earlier invoices", confirmed=3
    )
