"""Our own checks of an e-invoice against EN 16931: sums, terms, means of payment (BT-81).

Graded by what they mean for a payment, not by whether a rule is broken: a quarter of real invoices
break some official rule, a tenth cannot be trusted with money. Tables are not checked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from expense_agent.domain.invoice import COLLECTED, Invoice
from expense_agent.domain.money import EXPONENTS, plain
from expense_agent.domain.supplier import is_iban

_FORERUNNER = "urn:ferd"
"""In the profile of ZUGFeRD 1.0, which owes nothing to the standard but its sums."""
_NEEDS_ACCOUNT = frozenset(("30", "58"))
_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_WIDE = Context(prec=100)
"""Digits enough for the product of any base and any rate that a document may state."""
_TOO_MUCH = Decimal(1)
"""Units of the currency: what the official rule lets VAT be off by the rounding of lines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of the standard that an invoice breaks."""

    code: str
    """As the standard calls it: "BR-CO-16"."""
    reason: str
    """One sentence with the figures."""
    blocks: bool = True
    """False when a person need not be asked because of this alone."""


def wrong_totals(invoice: Invoice, *, edited: bool = False) -> tuple[Finding, ...]:
    """Say which sums of an e-invoice do not come out; none for tables, which state no sums.

    `edited`: a person has changed the payable amount, so it need no longer follow from the others.
    """
    if not is_e_invoice(invoice):
        return ()
    sums = [*_sums_of_parts(invoice), *_document_totals(invoice)]
    if not edited and "minimum" not in _profile(invoice):
        sums.append(_payable(invoice))
    return (*(wrong for wrong in sums if wrong), *_vat_of_rows(invoice))


def missing(invoice: Invoice, *, known_account: bool = False) -> tuple[Finding, ...]:
    """Say what an e-invoice must state and does not.

    `known_account`: an account we know identifies the supplier, who then needs no id. Number,
    supplier, issue date and payable amount are not looked at here: the policy asks for them.
    """
    profile, supplier = _profile(invoice), invoice.supplier
    if not is_e_invoice(invoice) or _FORERUNNER in profile:
        return ()
    has_totals = "minimum" not in profile
    has_lines = has_totals and "basicwl" not in profile.replace(" ", "")
    identified = known_account or supplier.id or supplier.legal_id or supplier.vat_id
    lacks_account = any(m.code in _NEEDS_ACCOUNT and not m.account for m in invoice.payment_means)
    must: tuple[tuple[str, object, str], ...] = (
        ("BR-04", invoice.type_code, "the type of document"),
        ("BR-12", not has_totals or invoice.line_total is not None, "the sum of the lines"),
        ("BR-13", invoice.tax_exclusive_amount is not None, "the total without VAT"),
        ("BR-14", invoice.tax_inclusive_amount is not None, "the total with VAT"),
        ("BR-16", not has_lines or invoice.lines, "lines"),
        ("BR-61", not lacks_account, "an account for a credit transfer"),
        ("BR-CO-26", identified, "an id of the supplier"),
    )
    return tuple(
        Finding(code, f"the e-invoice lacks {what}") for code, there, what in must if not there
    )


def is_e_invoice(invoice: Invoice) -> bool:
    """Whether the document is one in a format of the standard, or of its forerunner."""
    return invoice.profile is not None


def _profile(invoice: Invoice) -> str:
    return (invoice.profile or "").lower()


def _sums_of_parts(invoice: Invoice) -> Iterator[Finding | None]:
    nets = [line.net_amount for line in invoice.lines if line.counts]
    taxes = [row.tax for row in invoice.vat_breakdown]
    yield _sum(invoice, "BR-CO-10", "the sum of the lines", invoice.line_total, nets)
    if _FORERUNNER not in _profile(invoice):  # it may state totals of what it does not list
        for code, what, stated, parts in (
            ("BR-CO-11", "allowances", invoice.allowances, invoice.document_allowances),
            ("BR-CO-12", "charges", invoice.charges, invoice.document_charges),
        ):
            yield _differs(invoice, code, f"the sum of the {what}", stated or _ZERO, sum(parts))
    yield _sum(invoice, "BR-CO-14", "the VAT", invoice.tax_amount, taxes)


def _document_totals(invoice: Invoice) -> Iterator[Finding | None]:
    net, gross = invoice.tax_exclusive_amount, invoice.tax_inclusive_amount
    if net is not None and invoice.line_total is not None:
        parts = invoice.line_total - (invoice.allowances or 0) + (invoice.charges or 0)
        yield _differs(invoice, "BR-CO-13", "the total without VAT", net, parts)
    if net is not None and gross is not None:
        taxed = net + (invoice.tax_amount or 0)
        yield _differs(invoice, "BR-CO-15", "the total with VAT", gross, taxed)


def _payable(invoice: Invoice) -> Finding | None:
    gross, payable = invoice.tax_inclusive_amount, invoice.payable_amount
    if gross is None or payable is None:
        return None
    due = gross - (invoice.prepaid_amount or 0) + (invoice.rounding_amount or 0)
    due_with_others = due + sum(invoice.third_party_payments)
    return _differs(invoice, "BR-CO-16", "the payable amount", payable, due) and _differs(
        invoice, "BR-CO-16", "the payable amount", payable, due_with_others
    )


def _vat_of_rows(invoice: Invoice) -> Iterator[Finding]:
    """Compare each row's VAT with base and rate; some cents may come from the lines' rounding."""
    for row in invoice.vat_breakdown:
        if row.rate is None or row.base is None or row.tax is None:
            continue
        computed = _rounded(row.base * row.rate / 100, invoice.currency)
        if (off := abs(row.tax - computed)) > _CENT:
            reason = f"the VAT at {plain(row.rate)} % on {plain(row.base)} is {plain(row.tax)}"
            reason = f"{reason} where {plain(computed)} would be right"
            yield Finding("BR-CO-17", reason, blocks=off >= _TOO_MUCH)


def _sum(
    invoice: Invoice, code: str, what: str, stated: Decimal | None, parts: Iterable[Decimal | None]
) -> Finding | None:
    """Compare a sum with its parts; nothing is said when one of them is not known."""
    known = list(parts)
    if stated is None or not known or None in known:
        return None
    return _differs(invoice, code, what, stated, sum(part for part in known if part is not None))


def _differs(
    invoice: Invoice, code: str, what: str, stated: Decimal, computed: Decimal | int
) -> Finding | None:
    """Return a finding when two amounts differ by more than the currency's rounding."""
    one, other = (_rounded(Decimal(amount), invoice.currency) for amount in (stated, computed))
    if one == other:
        return None
    return Finding(code, f"{what} is {plain(stated)} where {plain(other)} comes out")


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-EXPONENTS[currency]), ROUND_HALF_UP, _WIDE)


TRANSFERS = frozenset(("30", "31", "42", "58"))
"""Payment means by which we transfer; 58 is SEPA."""
DIRECT_DEBITS = frozenset(("49", "59"))
"""Payment means by which the supplier takes the money."""

_SEPA = "58"


def is_direct_debit(invoice: Invoice) -> bool:
    """Whether the supplier takes the money from our account."""
    return invoice.is_collected and bool(DIRECT_DEBITS & set(_codes(invoice)))


def why_unclear(invoice: Invoice, account: str | None, *, confirmed: bool) -> str | None:
    """Say why a transfer cannot follow from what the document says of it, or None.

    `account` is the one that would be paid, `confirmed` whether we know it already.
    """
    codes = _codes(invoice)
    if not codes:
        return "the e-invoice does not say how to pay" if is_e_invoice(invoice) else None
    strange = [code for code in codes if code not in TRANSFERS | COLLECTED]
    if strange:
        return f"payment means {', '.join(strange)} does not say how to pay"
    if len(codes) > 1 and not (confirmed and TRANSFERS.issuperset(codes)):
        return f"several ways to pay: payment means {', '.join(codes)}"
    if _SEPA not in codes:
        return None
    if invoice.currency != "EUR":
        return f"a SEPA transfer (58) moves euros, the invoice is in {invoice.currency}"
    if account is not None and not is_iban(account):
        return f"a SEPA transfer (58) needs an IBAN, which {account} is not"
    return None


def _codes(invoice: Invoice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(means.code for means in invoice.payment_means if means.code))
