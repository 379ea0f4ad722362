"""Content of an XML document -> Invoice; the same for every syntax.

Amounts and dates have one notation here, so nothing is decided by columns; what does not fit it
is a Problem, never repaired.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_agent.domain.discount import Discount, days_after, discounts_in
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
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import Texts, named, shown
from expense_agent.importers.xml_paths import Found

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
# Prices, quantities and rates are never paid; real ones are quotients, or end in a point.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
_XS_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_FORMAT_102 = re.compile(r"[0-9]{8}")
_DAY = DateNotation()
CREDIT_NOTE = "381"
_TOTALS = tuple(name for name in AMOUNT_FIELDS if name != "tax_amount")
_TRUE, _FALSE = ("true", "1"), ("false", "0")
_VAT_SCHEMES, _CREDITOR = ("VAT", "VA"), "SEPA"
_NOT_COUNTED = ("GROUP", "INFORMATION")
_DAYS_OF = {"DAY": 1, "D": 1, "WEE": 7}
"""Units (UN/ECE Recommendation 20) a period is counted in; months differ."""
_LONGEST_TERM = 3_660
_COUNTRY = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one part of a document, read as what they are."""

    found: Found
    flags: list[str]
    """Remarks a person must know; shared by all parts."""
    currency: str
    """BT-5; an amount that names another one is flagged."""

    @property
    def texts(self) -> Texts:
        """The texts of this part, cleaned as they are asked for."""
        return Texts(self.found.values, self.flags)

    def parts(self, name: str) -> Iterator["Reading"]:
        """Yield the parts of a name, in the order of the document."""
        return (Reading(part, self.flags, self.currency) for part in self.found.parts.get(name, ()))

    def amount(self, name: str) -> Decimal | None:
        """Return an amount of money; raises UnreadableError."""
        text = self.found.values.get(name)
        if text is None:
            return None
        stated = self.found.values.get(f"{name}/currency")
        if stated and stated.strip().upper() != self.currency:
            reason = f"the {named(name)} is in {shown(stated)}, the invoice in {self.currency}"
            self.flags.append(f"totals_wrong: {reason}")
        return _decimal(name, text, _AMOUNT)

    def number(self, name: str) -> Decimal | None:
        """Return a price, quantity or rate; raises UnreadableError."""
        text = self.found.values.get(name)
        return None if text is None else _decimal(name, text, _NUMBER)

    def day(self, name: str) -> date | None:
        """Return a date, written as its syntax writes dates; raises UnreadableError."""
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
    tax_amount, vat_breakdown = _tax(reading)
    due_date, payment_terms = _terms(reading)
    allowances, charges = _allowances_and_charges(reading)
    amounts = {name: reading.amount(name) for name in _TOTALS}
    if found.values.get("test", "").strip() in _TRUE:
        flags.append("not_payable: a test document, as it says itself")
    return Invoice(
        currency=reading.currency,
        supplier=_supplier(reading),
        source=source,
        number=texts.get("number"),
        type_code=_type_code(texts, credit_note=credit_note),
        issue_date=reading.day("issue_date"),
        due_date=due_date,
        buyer_reference=texts.get("buyer_reference"),
        purchase_order=texts.get("purchase_order"),
        accounting_reference=texts.get("accounting_reference"),
        preceding=_each(reading, "preceding", "preceding"),
        payee_name=texts.get("payee") or texts.get("payee_legal_name"),
        payment_means=_payment_means(reading),
        remittance=texts.get("remittance") or _joined(reading, "payment_means", "remittance", ", "),
        payment_terms=payment_terms,
        discounts=(*discounts_in(payment_terms, reading.day("issue_date")), *_discounts(reading)),
        tax_amount=tax_amount,
        lines=_lines(reading),
        vat_breakdown=vat_breakdown,
        document_allowances=allowances,
        document_charges=charges,
        third_party_payments=_amounts(reading, "third_party_payments"),
        tax_currency=texts.get("tax_currency"),
        buyer_name=texts.get("buyer_name"),
        profile=texts.get("profile") or "",
        **amounts,
        flags=tuple(dict.fromkeys(flags)),
    )


def _currency(found: Found) -> str:
    text = found.values.get("currency")
    if text is None:
        raise UnreadableError("no currency (BT-5): an amount without one says nothing")
    return currency_code(text)


def _type_code(texts: Texts, *, credit_note: bool) -> str | None:
    code = texts.get("type_code")
    if not credit_note:
        return code
    if code and code not in CREDIT_NOTES:
        texts.flags.append(f"not_payable: a credit note that gives its type as {shown(code)}")
    return code or CREDIT_NOTE


def _supplier(reading: Reading) -> Supplier:
    texts = reading.texts
    country = texts.get("country")
    vat_ids = (ids for scheme, ids in _by_scheme(reading, "tax_ids") if scheme in _VAT_SCHEMES)
    others = (ids for scheme, ids in _by_scheme(reading, "supplier_ids") if scheme != _CREDITOR)
    return Supplier(
        name=texts.get("supplier"),
        trading_name=texts.get("trading_name"),
        vat_id=next((ids.identifier("vat_id") for ids in vat_ids), None),
        legal_id=texts.get("legal_id"),
        country=country.upper() if country and _COUNTRY.fullmatch(country) else None,
        id=next((ids.get("supplier_id") for ids in others), None),
    )


def _by_scheme(reading: Reading, name: str) -> Iterator[tuple[str, Texts]]:
    """Yield the ids of a list with what they are ids of, whose case differs from file to file."""
    for part in reading.parts(name):
        yield part.found.values.get("scheme", "").strip().upper(), part.texts


def _terms(reading: Reading) -> tuple[date | None, str | None]:
    """Return the due date, and the terms that go with it or with no date.

    Of several it is the last: by then the whole is due, while earlier days belong to a discount.
    """
    terms = [
        (part.day("due_date"), part.texts.words("payment_terms", lines=True))
        for part in reading.parts("terms")
    ]
    last = max((day for day, _ in terms if day), default=None)
    texts = dict.fromkeys(text for day, text in terms if text and day in (last, None))
    of_means = (part.day("due_date") for part in reading.parts("payment_means"))
    due = reading.day("due_date") or last or max((day for day in of_means if day), default=None)
    return due, "\n".join(texts) or None


def _discounts(reading: Reading) -> Iterator[Discount]:
    """Yield the discounts of terms that are not the last: stated in figures, or only in words."""
    parts = list(reading.parts("terms"))
    days = [day for part in parts if (day := part.day("due_date"))]
    for part in parts:
        percent, day = part.number("percent"), part.day("due_date")
        text = part.texts.words("payment_terms", lines=True)
        period = part.number("period")
        if percent and period is not None:
            since = part.day("since") or reading.day("issue_date")
            day = _after(since, period, part.found.values.get("period/unit", ""))
        elif not percent and (day is None or text is None or day == max(days)):
            continue
        yield Discount(percent or None, day, part.amount("discount_base"), text)


def _after(since: date | None, period: Decimal, unit: str) -> date | None:
    days = _DAYS_OF.get(unit.strip().upper())
    return days_after(since, int(period) * days) if days and 0 <= period <= _LONGEST_TERM else None


def _payment_means(reading: Reading) -> tuple[PaymentMeans, ...]:
    """Keep every way to pay that is named; which of them is taken is not decided here."""
    mandate = _joined(reading, "terms", "mandate", ", ")
    return tuple(
        PaymentMeans(
            code=texts.get("code"),
            account=texts.identifier("account") or texts.identifier("national_account"),
            account_name=texts.get("account_name"),
            bic=texts.identifier("bic"),
            mandate=texts.get("mandate") or mandate,
        )
        for texts in (part.texts for part in reading.parts("payment_means"))
    )


def _tax(reading: Reading) -> tuple[Decimal | None, tuple[VatLine, ...]]:
    """Return the VAT total in the currency of the invoice, never in another, and its breakdown."""
    own = [
        total
        for total in reading.parts("tax_totals")
        if total.found.values.get("currency", reading.currency).strip().upper() == reading.currency
    ]
    if len(own) > 1:
        reading.flags.append(f"totals_wrong: {len(own)} VAT totals in {reading.currency}")
    rows = (row for part in (reading, *own) for row in part.parts("vat_breakdown"))
    amount = own[0].amount("tax_amount") if len(own) == 1 else None
    return amount, tuple(map(_vat_line, rows))


def _vat_line(row: Reading) -> VatLine:
    return VatLine(
        category=row.texts.get("category"),
        rate=row.number("rate"),
        base=row.amount("base"),
        tax=row.amount("tax"),
    )


def _allowances_and_charges(
    reading: Reading,
) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """Return the allowances, and the charges, on document level."""
    found: dict[bool, list[Decimal]] = {False: [], True: []}
    for part in reading.parts("allowances_and_charges"):
        said = part.found.values.get("is_charge", "").strip()
        if said not in _TRUE + _FALSE:
            reason = f"neither true nor false but {shown(said)}"
            raise UnreadableError(f"whether an amount is an allowance or a charge is {reason}")
        amount = part.amount("amount")
        if amount is not None:
            found[said in _TRUE].append(amount)
    return tuple(found[False]), (*found[True], *_amounts(reading, "logistics_charges"))


def _amounts(reading: Reading, name: str) -> tuple[Decimal, ...]:
    amounts = (part.amount("amount") for part in reading.parts(name))
    return tuple(amount for amount in amounts if amount is not None)


def _lines(reading: Reading) -> tuple[InvoiceLine, ...]:
    return tuple(_line(i, part) for i, part in enumerate(reading.parts("lines"), 1))


def _line(ordinal: int, part: Reading) -> InvoiceLine:
    texts = part.texts
    try:
        return InvoiceLine(
            id=texts.get("id"),
            name=texts.words("name", lines=True),
            description=texts.words("description", lines=True),
            quantity=part.number("quantity"),
            unit=texts.get("unit"),
            net_amount=part.amount("net_amount"),
            price=part.number("price"),
            vat_category=texts.get("vat_category"),
            vat_rate=part.number("vat_rate"),
            counts=texts.values.get("status", "").strip() not in _NOT_COUNTED,
        )
    except UnreadableError as error:
        raise UnreadableError(f"line item {ordinal}: {error}") from None


def _each(reading: Reading, name: str, field: str) -> tuple[str, ...]:
    """Return the different texts that the parts of a list have for a field."""
    texts = (part.texts.words(field, lines=True) for part in reading.parts(name))
    return tuple(dict.fromkeys(text for text in texts if text))


def _joined(reading: Reading, name: str, field: str, between: str) -> str | None:
    return between.join(_each(reading, name, field)) or None


def _decimal(name: str, text: str, grammar: re.Pattern[str]) -> Decimal:
    written = text.strip()
    if not grammar.fullmatch(written):
        raise UnreadableError(f"{named(name)} {shown(written)} is not an amount such as 1234.50")
    return Decimal(written)


def _day(name: str, text: str) -> date:
    try:
        return _DAY.read(text)
    except UnreadableError as error:
        raise UnreadableError(f"{named(name)} {error}") from None
