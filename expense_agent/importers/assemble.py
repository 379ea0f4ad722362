"""The texts of a row's fields, and nested lines, become one Invoice: nothing guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from expense_agent.domain.discount import Discount, discounts_in
from expense_agent.domain.invoice import Invoice, InvoiceLine, PaymentMeans, Source, VatLine
from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.supplier import Supplier
from expense_agent.importers.amounts import NumberNotation, agrees, named_currency, without_noise
from expense_agent.importers.dates import DateNotation
from expense_agent.importers.headers import AMOUNT_FIELDS, DATE_FIELDS
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import Texts, named, shown

MOST_LINES = 10_000
"""Lines of one invoice; the longest real one has 53."""
_NUMBERS = NumberNotation(strict=True)


def lines_from(lines: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[InvoiceLine, ...]:
    """Build the lines; raises UnreadableError naming line and field."""
    if len(lines) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} lines")
    return tuple(_invoice_line(Texts(line, flags, f"lines[{i}]: ")) for i, line in enumerate(lines))


def vat_from(rows: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[VatLine, ...]:
    """Build the VAT breakdown; raises UnreadableError naming row and field."""
    if len(rows) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} rows of VAT")
    return tuple(_vat(Texts(row, flags, f"vat_breakdown[{i}]: ")) for i, row in enumerate(rows))


def discounts_from(rows: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[Discount, ...]:
    """Build the discounts; raises UnreadableError naming row and field."""
    if len(rows) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} discounts")
    texts = (Texts(row, flags, f"discounts[{i}]: ") for i, row in enumerate(rows))
    return tuple(map(_discount, texts))


def amounts_from(texts: Sequence[str], name: str) -> tuple[Decimal, ...]:
    """Read a list of amounts; raises UnreadableError."""
    return tuple(_read(text, f"{name}[{i}]") for i, text in enumerate(texts))


def _invoice_line(texts: Texts) -> InvoiceLine:
    return InvoiceLine(
        id=texts.get("id"),
        name=texts.words("name"),
        description=texts.words("description"),
        quantity=_number(texts, "quantity"),
        unit=texts.get("unit"),
        net_amount=_number(texts, "net_amount"),
        price=_number(texts, "price"),
        vat_category=texts.get("vat_category"),
        vat_rate=_number(texts, "vat_rate"),
        counts=texts.values.get("counts") != "false",
    )


def _discount(texts: Texts) -> Discount:
    day = texts.get("last_day")
    try:
        last_day = DateNotation().read(day) if day else None
    except UnreadableError as error:
        raise UnreadableError(f"{texts.where}last day {error}") from None
    return Discount(
        percent=_number(texts, "percent"),
        last_day=last_day,
        base=_number(texts, "base"),
        text=texts.words("text", lines=True),
    )


def _vat(texts: Texts) -> VatLine:
    return VatLine(
        category=texts.get("category"),
        rate=_number(texts, "rate"),
        base=_number(texts, "base"),
        tax=_number(texts, "tax"),
    )


def _number(texts: Texts, name: str) -> Decimal | None:
    text = texts.values.get(name)
    return _read(text, texts.where + named(name)) if text else None


def _read(text: str, where: str) -> Decimal:
    try:
        return _NUMBERS.read(text).value
    except UnreadableError as error:
        raise UnreadableError(f"{where} {error}") from None


COMMERCIAL_INVOICE = "380"
_TYPES = {
    word: code
    for code, words in {
        "380": "invoice inv rechnung facture factura factuur bill re kr",
        "381": "credit creditnote creditmemo cn crn kg avoir creditnota",
        "384": "correctedinvoice rechnungskorrektur",
        "389": "selfbilledinvoice",
    }.items()
    for word in words.split()
}
_MEANS = {
    word: code
    for code, words in {
        "30": "transfer banktransfer wiretransfer wire credittransfer bacs eft ueberweisung",
        "58": "sepa sepacredittransfer sepatransfer sepaueberweisung",
        "49": "directdebit lastschrift prelevement domiciliacion",
        "59": "sepadirectdebit sepalastschrift",
        "48": "card creditcard debitcard purchasecard kreditkarte",
        "10": "cash bar barzahlung",
        "20": "cheque check scheck",
    }.items()
    for word in words.split()
}
_WORD = str.maketrans({"ü": "ue", "é": "e", "ó": "o", " ": None, "-": None, "_": None, ".": None})
_COUNTRY = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Notations:
    """How a table writes its values, per field, and the currency of rows that name none."""

    amounts: Mapping[str, NumberNotation]
    dates: Mapping[str, DateNotation]
    currency: str | None
    """From the mapping."""
    header_currency: str | None = None
    """From the header of the payable amount."""


@dataclass(frozen=True, slots=True)
class Said:
    """The content of one record, as texts by field name; a row of a table has `fields` only."""

    fields: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = ()
    means: Sequence[Mapping[str, str]] = ()
    vat_breakdown: Sequence[Mapping[str, str]] = ()
    discounts: Sequence[Mapping[str, str]] = ()
    document_allowances: Sequence[str] = ()
    document_charges: Sequence[str] = ()
    preceding: Sequence[str] = ()
    flags: Sequence[str] = ()


def invoice_from(said: Said, notations: Notations, source: Source) -> Invoice:
    """Build the invoice of one record; raises UnreadableError naming the field."""
    flags: list[str] = [*said.flags]
    texts = Texts(said.fields, flags)
    currency, amounts = _amounts(said.fields, notations)
    dates = _dates(said.fields, notations)
    return Invoice(
        currency=currency,
        supplier=_supplier(texts),
        source=source,
        number=texts.undamaged("number"),
        type_code=_code(texts.get("type_code"), _TYPES) or COMMERCIAL_INVOICE,
        issue_date=dates.get("issue_date"),
        due_date=dates.get("due_date"),
        buyer_reference=texts.get("buyer_reference"),
        purchase_order=texts.get("purchase_order"),
        accounting_reference=texts.get("accounting_reference"),
        preceding=_preceding(texts, said),
        payee_name=texts.get("payee"),
        buyer_name=texts.get("buyer_name"),
        tax_currency=texts.get("tax_currency"),
        profile=texts.get("profile"),
        payment_means=_means(texts, said, flags),
        remittance=texts.get("remittance"),
        payment_terms=texts.get("payment_terms"),
        discounts=discounts_from(said.discounts, flags)
        or tuple(discounts_in(texts.get("payment_terms"), dates.get("issue_date"))),
        lines=lines_from(said.lines, flags) or _whole_line(texts),
        vat_breakdown=vat_from(said.vat_breakdown, flags),
        document_allowances=amounts_from(said.document_allowances, "document_allowances"),
        document_charges=amounts_from(said.document_charges, "document_charges"),
        flags=tuple(dict.fromkeys(flags)),
        **amounts,
    )


def currency_code(text: str) -> str:
    """Read the ISO 4217 code of a currency column; raises UnreadableError."""
    code = "EUR" if text.strip() == "€" else text.strip().upper()
    if code in EXPONENTS:
        return code
    raise UnreadableError(f"currency {shown(text)} is not an ISO 4217 code in use, such as EUR")


def _amounts(values: Mapping[str, str], notations: Notations) -> tuple[str, dict[str, Any]]:
    """Read every amount and the one currency all of them agree on."""
    found = {}
    for name in AMOUNT_FIELDS:
        if text := values.get(name):
            try:
                found[name] = notations.amounts[name].read(text)
            except UnreadableError as error:
                raise UnreadableError(f"{named(name)} {error}") from None
    payable = found.get("payable_amount")
    currency = _currency(values, notations, payable.mark if payable else None)
    for name, amount in found.items():
        if not agrees(amount.mark, currency):
            raise UnreadableError(f"{named(name)} is in {amount.mark}, the invoice in {currency}")
    return currency, {name: without_noise(amount.value, currency) for name, amount in found.items()}


def _currency(values: Mapping[str, str], notations: Notations, mark: str | None) -> str:
    """Take the currency from the record itself, else its header, else the mapping."""
    text, header = values.get("currency"), notations.header_currency
    currency = currency_code(text) if text else named_currency(mark) or header or notations.currency
    if currency is None:
        unclear = f" ({mark} may be several)" if mark else ""
        raise UnreadableError(
            f'no currency{unclear}; name it in a mapping file (--mapping): currency = "EUR"'
        )
    if header and header != currency:
        raise UnreadableError(f"currency {currency}, but the column of the amount is in {header}")
    return currency


def _dates(values: Mapping[str, str], notations: Notations) -> dict[str, date]:
    found = {}
    for name in DATE_FIELDS:
        if text := values.get(name):
            try:
                found[name] = notations.dates[name].read(text)
            except UnreadableError as error:
                raise UnreadableError(f"{named(name)} {error}") from None
    return found


def _supplier(texts: Texts) -> Supplier:
    country = texts.get("country")
    return Supplier(
        name=texts.get("supplier"),
        trading_name=texts.get("trading_name"),
        vat_id=texts.identifier("vat_id"),
        legal_id=texts.get("legal_id"),
        country=country.upper() if country and _COUNTRY.fullmatch(country) else None,
    )


def _means(texts: Texts, said: Said, flags: list[str]) -> tuple[PaymentMeans, ...]:
    """Keep every way to pay that is named; which of them is taken is not decided here."""
    each = [_one_means(texts, "payment_means")]
    each += [_one_means(Texts(means, flags), "code") for means in said.means]
    return tuple(means for means in each if means != _NOTHING)


def _one_means(texts: Texts, code: str) -> PaymentMeans:
    return PaymentMeans(
        code=_code(texts.get(code), _MEANS),
        account=texts.identifier("account"),
        account_name=texts.get("account_name"),
        bic=texts.identifier("bic"),
        mandate=texts.get("mandate"),
    )


def _preceding(texts: Texts, said: Said) -> tuple[str, ...]:
    each = [texts.get("preceding"), *(texts.cleaned("preceding", text) for text in said.preceding)]
    return tuple(number for number in each if number)


def _whole_line(texts: Texts) -> tuple[InvoiceLine, ...]:
    name, description = texts.words("description"), texts.words("detail")
    if name is None and description is None:
        return ()
    return (InvoiceLine(id="1", name=name or description, description=name and description),)


def _code(text: str | None, words: Mapping[str, str]) -> str | None:
    """Return the code of a common word; any other text stays, for the policy to hold."""
    return text and words.get(text.casefold().translate(_WORD), text)


_NOTHING = PaymentMeans()
