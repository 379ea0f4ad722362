"""What was found in an XML document -> Invoice; the same for every syntax.

Amounts and dates have one notation here, so nothing is decided by columns; what does not fit it
is a Problem, never repaired.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_agent.domain.invoice import (
    CREDIT_NOTES,
    Invoice,
    InvoiceLine,
    PaymentMeans,
    Source,
    VatLine,
)
from expense_agent.domain.supplier import Supplier
from expense_agent.importers.assemble import currency_code
from expense_agent.importers.dates import DateNotation
from expense_agent.importers.headers import AMOUNT_FIELDS
from expense_agent.importers.lines import MOST_LINES
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import shown
from expense_agent.importers.texts import Texts, named
from expense_agent.importers.xml_paths import Found

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
# Prices, quantities and rates are never paid; real ones are quotients with many decimals.
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?")
_XS_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_FORMAT_102 = re.compile(r"[0-9]{8}")
_DAY = DateNotation()
_TOTALS = tuple(name for name in AMOUNT_FIELDS if name != "tax_amount")
_TRUE, _FALSE = ("true", "1"), ("false", "0")
_VAT_SCHEMES = ("VAT", "VA")
_NOT_COUNTED = ("GROUP", "INFORMATION")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one part of a document, read as what they are."""

    found: Found
    flags: list[str]
    """What a person must know; shared by all parts."""
    currency: str
    """BT-5; an amount that names another one is flagged."""

    @property
    def texts(self) -> Texts:
        """The texts of this part, cleaned as they are asked for."""
        return Texts(self.found.values, self.flags)

    def parts(self, name: str) -> Iterator["Reading"]:
        """Give the parts of a name, in the order of the document."""
        return (Reading(part, self.flags, self.currency) for part in self.found.parts.get(name, ()))

    def amount(self, name: str) -> Decimal | None:
        """Give an amount of money; raises UnreadableError."""
        text = self.found.values.get(name)
        if text is None:
            return None
        stated = self.found.values.get(f"{name}/currency")
        if stated and stated.strip().upper() != self.currency:
            reason = f"the {named(name)} is in {shown(stated)}, the invoice in {self.currency}"
            self.flags.append(f"totals_wrong: {reason}")
        return _decimal(name, text, _AMOUNT)

    def number(self, name: str) -> Decimal | None:
        """Give a price, quantity or rate; raises UnreadableError."""
        text = self.found.values.get(name)
        return None if text is None else _decimal(name, text, _NUMBER)

    def day(self, name: str) -> date | None:
        """Give a date, written as its syntax writes dates; raises UnreadableError."""
        text = self.found.values.get(name)
        if text is None:
            return None
        form = self.found.values.get(f"{name}/format")
        if written := _XS_DATE.fullmatch(text.strip()) if form is None else None:
            return _day(name, written[1])
        if form in (None, "102") and _FORMAT_102.fullmatch(text.strip()):
            return _day(name, text.strip())
        stated = f" in format {shown(form)}" if form else ""
        raise UnreadableError(f"{named(name)} {shown(text)}{stated} is not a date of e-invoices")


def invoice_of(found: Found, source: Source, *, credit_note: bool = False) -> Invoice:
    """Build the invoice of one document; raises UnreadableError naming the field.

    `credit_note`: whether the document says by its very kind that it is one.
    """
    flags: list[str] = []
    reading = Reading(found, flags, _currency(found))
    texts = reading.texts
    tax_amount, vat_rows = _tax(reading)
    allowances, charges = _allowances_and_charges(reading)
    invoice = Invoice(
        currency=reading.currency,
        supplier=_supplier(reading),
        source=source,
        number=texts.get("number"),
        type_code=_type_code(texts, credit_note=credit_note),
        issue_date=reading.day("issue_date"),
        due_date=_due_date(reading),
        buyer_reference=texts.get("buyer_reference"),
        purchase_order=texts.get("purchase_order"),
        preceding=tuple(_each(reading, "preceding", "number")),
        payee_name=texts.get("payee") or texts.get("payee_legal_name") or texts.get("payee_id"),
        payment_means=_payment_means(reading),
        remittance=_remittance(reading),
        payment_terms="\n".join(_each(reading, "terms", "text")) or None,
        tax_amount=tax_amount,
        **{name: reading.amount(name) for name in _TOTALS},
        lines=_lines(reading),
        vat_breakdown=tuple(map(_vat_line, vat_rows)),
        document_allowances=allowances,
        document_charges=charges,
        tax_currency=texts.get("tax_currency"),
        buyer_name=texts.get("buyer_name"),
        profile=texts.get("profile") or "",
        flags=(),
    )
    return invoice
