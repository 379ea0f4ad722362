"""An invoice as the document has it, its plain form, and what makes two of them the same one.

The plain form (dicts, decimal strings, ISO dates) is the `invoice` shape of the command line's
JSON; state, ledger and `--json` all carry that one form.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from expense_agent.domain.discount import Discount
from expense_agent.domain.money import Money, plain
from expense_agent.domain.supplier import Supplier, supplier_keys

CREDIT_NOTES = frozenset("81 83 261 262 296 308 381 396 420 458 502 503 532".split())
"""Type codes (BT-3, UNTDID 1001) that lower what we owe: booked, never paid."""
INVOICES = frozenset("380 383 384 386 389 393 326 875 876 877".split())
"""Type codes (BT-3) that can ask for a payment."""
COLLECTED = frozenset("10 20 48 49 54 55 57 59 68".split())
"""Payment means (BT-81, UNTDID 4461) by which the supplier has or takes its money itself."""

_PLACEHOLDERS = frozenset(("", "NA", "NONE", "NULL", "TBC", "TBA", "UNKNOWN", "NIL"))


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """One way to pay that the document offers (BG-16)."""

    code: str | None = None
    """BT-81; None where the format has no such field (tables)."""
    account: str | None = None
    """BT-84 without spaces, upper case."""
    account_name: str | None = None
    """BT-85."""
    bic: str | None = None
    """BT-86."""
    mandate: str | None = None
    """BT-89."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line (BG-25); amounts as the document has them."""

    id: str | None = None
    """BT-126."""
    name: str | None = None
    """BT-153."""
    description: str | None = None
    """BT-154."""
    quantity: Decimal | None = None
    """BT-129, in `unit`."""
    unit: str | None = None
    """BT-130, a code of UN/ECE Recommendation 20; tables have words of their own."""
    net_amount: Decimal | None = None
    """BT-131, in the invoice currency."""
    price: Decimal | None = None
    """BT-146, without VAT."""
    vat_category: str | None = None
    """BT-151, UNTDID 5305."""
    vat_rate: Decimal | None = None
    """BT-152, per cent."""
    counts: bool = True
    """False for group and information lines, which are not added to the others."""


@dataclass(frozen=True, slots=True)
class VatLine:
    """One row of the VAT breakdown (BG-23); amounts as the document has them."""

    category: str | None = None
    """BT-118, UNTDID 5305: "S", "Z", "E", "AE" ..."""
    rate: Decimal | None = None
    """BT-119, per cent."""
    base: Decimal | None = None
    """BT-116."""
    tax: Decimal | None = None
    """BT-117."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file an invoice was read from, so that anybody can look at it again."""

    file: str
    sha256: str
    bytes: int
    location: str | None = None
    """Where in the file: "line 12", "invoices[3]"; None when the file is one invoice."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice: a supplier's demand for payment. Amounts keep the document's digits and sign."""

    currency: str
    """ISO 4217 (BT-5)."""
    supplier: Supplier
    source: Source
    number: str | None = None
    """BT-1."""
    type_code: str | None = None
    """BT-3, UNTDID 1001; "380" is a commercial invoice."""
    issue_date: date | None = None
    """BT-2."""
    due_date: date | None = None
    """BT-9."""
    buyer_reference: str | None = None
    """BT-10."""
    purchase_order: str | None = None
    """BT-13."""
    accounting_reference: str | None = None
    """BT-19: a cost centre or account of the buyer."""
    preceding: tuple[str, ...] = ()
    """Numbers of the invoices this one corrects or credits (BT-25)."""
    payee_name: str | None = None
    """BT-59, when somebody else than the supplier is to be paid."""
    payment_means: tuple[PaymentMeans, ...] = ()
    remittance: str | None = None
    """BT-83."""
    payment_terms: str | None = None
    """BT-20."""
    line_total: Decimal | None = None
    """BT-106."""
    allowances: Decimal | None = None
    """BT-107."""
    charges: Decimal | None = None
    """BT-108."""
    tax_exclusive_amount: Decimal | None = None
    """BT-109."""
    tax_amount: Decimal | None = None
    """BT-110, in the invoice currency."""
    tax_inclusive_amount: Decimal | None = None
    """BT-112."""
    prepaid_amount: Decimal | None = None
    """BT-113."""
    rounding_amount: Decimal | None = None
    """BT-114."""
    payable_amount: Decimal | None = None
    """BT-115, the only amount that is ever paid."""
    lines: tuple[InvoiceLine, ...] = ()
    vat_breakdown: tuple[VatLine, ...] = ()
    """BG-23."""
    document_allowances: tuple[Decimal, ...] = ()
    """BT-92, one for each allowance on document level."""
    document_charges: tuple[Decimal, ...] = ()
    """BT-99, one for each charge on document level."""
    third_party_payments: tuple[Decimal, ...] = ()
    """BT-DEX-002 of the XRechnung extension: collected for others, on top of the total with VAT."""
    tax_currency: str | None = None
    """BT-6, where VAT is also stated in another currency."""
    discounts: tuple[Discount, ...] = ()
    """For whoever pays early (Skonto), from BT-20 or the terms of CII EXTENDED."""
    buyer_name: str | None = None
    """BT-44."""
    profile: str | None = None
    """BT-24 as written; never used to decide anything but what may be missing."""
    flags: tuple[str, ...] = field(default=())
    """The reader's remarks for a person, as "rule: reason"; each becomes a Hold."""

    @property
    def payable(self) -> Money | None:
        """The payable amount with its currency, or None when the document names none."""
        return None if self.payable_amount is None else Money(self.payable_amount, self.currency)

    @property
    def is_credit_note(self) -> bool:
        """Whether the document lowers what we owe (BT-3)."""
        return self.type_code in CREDIT_NOTES

    @property
    def is_collected(self) -> bool:
        """Whether every payment means says that the supplier takes the money itself (BT-81)."""
        codes = {means.code for means in self.payment_means if means.code}
        return bool(codes) and codes <= COLLECTED

    @property
    def accounts(self) -> tuple[str, ...]:
        """The different accounts the document asks to pay into, in its order."""
        named = (m.account for m in self.payment_means if m.account and m.code not in COLLECTED)
        return tuple(dict.fromkeys(named))

    @property
    def number_key(self) -> str | None:
        """The number folded for comparison; None for a missing or placeholder number."""
        text = unicodedata.normalize("NFKC", self.number or "").upper()
        key = re.sub(r"[\W_]", "", text)
        placeholder = key in _PLACEHOLDERS or key.startswith("REDACTED") or not key.strip("0")
        return None if placeholder else key

    @property
    def words(self) -> str:
        """The purchase as its lines describe it."""
        return " ".join(w for ln in self.lines for w in (ln.name, ln.description) if w)

    @property
    def text(self) -> str:
        """All words that say what was bought, for the categorizer."""
        return " ".join(word for word in (self.supplier.name, self.words) if word)

    @property
    def cost_centre(self) -> str:
        """For whom it was bought, in the buyer's own terms; "" when the document does not say."""
        return self.accounting_reference or self.buyer_reference or ""


EDITABLE = ("payable_amount", "due_date", "account")
"""Fields of the invoice a person may change while a request waits; category is the fourth."""


def with_changes(invoice: Invoice, changes: Mapping[str, str]) -> Invoice:
    """Apply an edit's plain values (decimal string, ISO date, account) to an invoice.

    A changed account replaces every payment means: the person has chosen the one that is meant.
    Keys other than EDITABLE are ignored here; "category" belongs to the Suggestion.
    """
    if "payable_amount" in changes:
        invoice = replace(invoice, payable_amount=Decimal(changes["payable_amount"]))
    if "due_date" in changes:
        invoice = replace(invoice, due_date=date.fromisoformat(changes["due_date"]))
    if "account" in changes:
        code = next((m.code for m in invoice.payment_means if m.code not in COLLECTED), None)
        means = (PaymentMeans(code=code, account=changes["account"]),)
        invoice = replace(invoice, payment_means=means)
    return invoice


def to_plain(invoice: Invoice) -> dict[str, Any]:
    """Return the `invoice` shape of the command line: strings for money and dates."""
    plain_fields = {f.name: _plain(getattr(invoice, f.name)) for f in fields(invoice)}
    payee = plain_fields.pop("payee_name")
    return {**plain_fields, "payee": None if payee is None else {"name": payee}}


def to_compact(invoice: Invoice) -> dict[str, Any]:
    """Return the plain form without what the document does not say.

    This is what is stored and what fingerprints are made of: a field that a later version adds
    changes neither for invoices that do not have it.
    """
    compact: dict[str, Any] = _said(to_plain(invoice))
    return compact


def from_plain(data: Mapping[str, Any]) -> Invoice:
    """Read back what `to_plain` or `to_compact` wrote."""
    given: dict[str, Any] = {
        f.name: data[f.name] for f in fields(Invoice) if data.get(f.name) is not None
    }
    for name in _DECIMALS & given.keys():
        given[name] = Decimal(given[name])
    for name in ("issue_date", "due_date"):
        if name in given:
            given[name] = date.fromisoformat(given[name])
    given["supplier"] = Supplier(**data["supplier"])
    given["source"] = Source(**data["source"])
    given["payee_name"] = (data.get("payee") or {}).get("name")
    given["payment_means"] = tuple(PaymentMeans(**m) for m in data.get("payment_means", ()))
    given["lines"] = tuple(
        InvoiceLine(**_with_decimals(line, _LINE_DECIMALS)) for line in data.get("lines", ())
    )
    given["vat_breakdown"] = tuple(
        VatLine(**_with_decimals(row, _VAT_DECIMALS)) for row in data.get("vat_breakdown", ())
    )
    given["discounts"] = tuple(_discount(d) for d in data.get("discounts", ()))
    for name in ("document_allowances", "document_charges", "third_party_payments"):
        given[name] = tuple(Decimal(amount) for amount in data.get(name, ()))
    for name in ("preceding", "flags"):
        given[name] = tuple(data.get(name, ()))
    return Invoice(**given)


def content_hash(invoice: Invoice, occurrence: int = 0) -> str:
    """Identify an invoice by what it asks for, whatever its file, format or notation (64 hex).

    The same invoice as PDF, UBL and CII differs in line ids, bank codes and texts, never in who
    asks for how much, when, where to and for what. `occurrence` tells apart equal rows of one file
    that carry no invoice number: they may be two.
    """
    bought = sorted((ln.name or "", _shortest(ln.net_amount)) for ln in invoice.lines)
    content = {
        "supplier": supplier_keys(invoice.supplier),
        "number": invoice.number_key or invoice.number,
        "type_code": invoice.type_code,
        "currency": invoice.currency,
        "issue_date": _plain(invoice.issue_date),
        "due_date": _plain(invoice.due_date),
        "preceding": invoice.preceding,
        "payee": invoice.payee_name,
        "accounts": sorted(invoice.accounts),
        "tax_inclusive_amount": _shortest(invoice.tax_inclusive_amount),
        "payable_amount": _shortest(invoice.payable_amount),
        "lines": bought,
        "occurrence": occurrence,
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def canonical_json(data: object) -> str:
    """One text for one value: sorted keys, no spaces. What is hashed is always this text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def invoice_kind(invoice: Invoice) -> str:
    """Return the kind that is part of a payment key: credit notes may repeat a number."""
    return "credit_note" if invoice.is_credit_note else "invoice"


def identity(invoice: Invoice) -> tuple[str, str, str] | None:
    """Return (supplier key, number key, kind), None if number or supplier does not identify."""
    keys = supplier_keys(invoice.supplier)
    number = invoice.number_key
    return (keys[0], number, invoice_kind(invoice)) if keys and number else None


_DECIMALS = {f.name for f in fields(Invoice) if f.type == Decimal | None}
_LINE_DECIMALS = {f.name for f in fields(InvoiceLine) if f.type == Decimal | None}
_VAT_DECIMALS = {f.name for f in fields(VatLine) if f.type == Decimal | None}


def _with_decimals(data: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    decimals = {name: Decimal(data[name]) for name in names if data.get(name) is not None}
    return {**data, **decimals}


def _discount(data: Mapping[str, Any]) -> Discount:
    day = data.get("last_day")
    said = {**data, "last_day": date.fromisoformat(day)} if day else data
    return Discount(**_with_decimals(said, {"percent", "base"}))


def _said(value: Any) -> Any:
    """Leave out None, empty lists and `counts` where it is true, at any depth."""
    if isinstance(value, list):
        return [_said(item) for item in value]
    if not isinstance(value, dict):
        return value
    said = {name: _said(item) for name, item in value.items() if item not in (None, [])}
    return {name: item for name, item in said.items() if (name, item) != ("counts", True)}


def _shortest(amount: Decimal | None) -> str:
    """Write 120.00 as 120 and -0 as 0: a different notation is not a different invoice."""
    return "" if amount is None else plain(amount.normalize() + 0)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case PaymentMeans() | InvoiceLine() | VatLine() | Discount() | Source() | Supplier():
            return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        case _:
            return value
