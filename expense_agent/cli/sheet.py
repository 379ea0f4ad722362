"""An invoice as a sheet for people, 80 columns wide: what was read, where the money would go."""

import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal

from expense_agent.domain.discount import Discount
from expense_agent.domain.invisible_chars import safe
from expense_agent.domain.invoice import Invoice, InvoiceLine, PaymentMeans
from expense_agent.domain.money import plain
from expense_agent.domain.policy import Hold

WIDTH = 80
_LABEL = 12
_AMOUNT = 14
_MOST_LINES = 50
"""Lines of an invoice that are printed; the JSON has them all."""
_TYPES = {
    "325": "pro forma",
    "326": "partial invoice",
    "380": "invoice",
    "381": "credit note",
    "384": "corrected invoice",
    "386": "prepayment invoice",
    "389": "self-billed invoice",
    "393": "factored invoice",
    "751": "for information only",
}
_MEANS = {
    "10": "cash",
    "20": "cheque",
    "30": "credit transfer",
    "31": "transfer",
    "42": "to a bank account",
    "48": "bank card",
    "49": "direct debit",
    "54": "credit card",
    "55": "debit card",
    "57": "standing agreement",
    "58": "SEPA credit transfer",
    "59": "SEPA direct debit",
    "68": "online payment",
}


def invoice_sheet(invoice: Invoice) -> list[str]:
    """Return the lines of the sheet; nothing in them is obeyed by a terminal."""
    blocks = (
        _who(invoice),
        _what(invoice),
        _totals(invoice),
        _where_to(invoice),
        _words(invoice),
        _lines(invoice),
        _vat(invoice),
    )
    return [line for block in blocks for line in block]


def labelled(label: str, *texts: str | None) -> Iterator[str]:
    """Yield texts beside a label, each on lines of its own, wrapped; none for nothing."""
    for text in texts:
        for part in (text or "").splitlines():
            for line in textwrap.wrap(safe(part), WIDTH - _LABEL, break_on_hyphens=False) or [""]:
                yield f"{label:<{_LABEL}}{line}".rstrip()
                label = ""


def holds_sheet(label: str, holds: Iterable[Hold]) -> Iterator[str]:
    """Yield holds with their evidence."""
    for hold in holds:
        word = "stops" if hold.severity == "block" else "look at"
        yield from labelled(label, f"{word}: {hold.reason} ({hold.rule})")
        label = ""


def _who(invoice: Invoice) -> Iterator[str]:
    supplier = invoice.supplier
    trading = supplier.trading_name
    known = (
        trading and trading != supplier.name and f"trading as {trading}",
        supplier.vat_id and f"VAT id {supplier.vat_id}",
        supplier.legal_id and f"registered as {supplier.legal_id}",
        supplier.country,
    )
    yield from labelled("supplier", supplier.name or "none named", _listed(known))
    if invoice.payee_name:
        yield from labelled("payee", invoice.payee_name)


def _what(invoice: Invoice) -> Iterator[str]:
    code = invoice.type_code
    kind = f"{_TYPES.get(code, 'type')} ({code})" if code else None
    corrects = f"about {', '.join(invoice.preceding)}" if invoice.preceding else None
    dates = (
        invoice.issue_date and f"issued {invoice.issue_date}",
        invoice.due_date and f"due {invoice.due_date}",
    )
    yield from labelled("invoice", f"{invoice.number or 'no number'}   {kind or ''}", corrects)
    yield from labelled("dates", _listed(dates))
    buyer = (
        invoice.buyer_name,
        invoice.buyer_reference and f"reference {invoice.buyer_reference}",
        invoice.purchase_order and f"order {invoice.purchase_order}",
        invoice.accounting_reference and f"account {invoice.accounting_reference}",
    )
    yield from labelled("for", _listed(buyer))


def _totals(invoice: Invoice) -> Iterator[str]:
    yield f"{'to pay':<{_LABEL}}{safe(invoice.payable or f'no amount in {invoice.currency}')}"
    named = (
        ("lines", invoice.line_total),
        ("allowances", invoice.allowances),
        ("charges", invoice.charges),
        ("net", invoice.tax_exclusive_amount),
        ("VAT", invoice.tax_amount),
        ("gross", invoice.tax_inclusive_amount),
        ("prepaid", invoice.prepaid_amount),
        ("rounding", invoice.rounding_amount),
    )
    stated = [f"{name} {_grouped(amount)}" for name, amount in named if amount is not None]
    yield from labelled("", _listed(stated))


def _where_to(invoice: Invoice) -> Iterator[str]:
    label = "pay into"
    for means in invoice.payment_means:
        yield from labelled(label, _account(means))
        label = ""
    yield from labelled("reference", invoice.remittance)


def _account(means: PaymentMeans) -> str:
    code = means.code and f"{_MEANS.get(means.code, 'means')} ({means.code})"
    account = means.account and " ".join(textwrap.wrap(means.account, 4))
    named = (
        means.bic and f"BIC {means.bic}",
        means.account_name and f"in the name of {means.account_name}",
        means.mandate and f"mandate {means.mandate}",
    )
    return _listed((account or "no account", code, *named))


def _words(invoice: Invoice) -> Iterator[str]:
    yield from labelled("terms", invoice.payment_terms)
    yield from labelled("discount", *map(discount_text, invoice.discounts))


def discount_text(discount: Discount) -> str:
    """Return a discount as its document states it."""
    if discount.percent is None:
        return discount.text or ""
    base = f" of {_grouped(discount.base)}" if discount.base is not None else ""
    until = f" if paid by {discount.last_day}" if discount.last_day else ", by when is not said"
    return f"{plain(discount.percent)} %{base}{until}"


def _lines(invoice: Invoice) -> Iterator[str]:
    if not invoice.lines:
        return
    yield f"lines {len(invoice.lines)}"
    for line in invoice.lines[:_MOST_LINES]:
        yield from _line(line)
    if len(invoice.lines) > _MOST_LINES:
        yield f"  ... and {len(invoice.lines) - _MOST_LINES:,} more"


def _line(line: InvoiceLine) -> Iterator[str]:
    """Yield a line: what on the left, quantity and price under it, the amount on the right."""
    net = f"{_grouped(line.net_amount):>{_AMOUNT}}"
    room = WIDTH - len(net) - 2
    name, *rest = textwrap.wrap(safe(line.name or line.description or "-"), room - 1) or ["-"]
    yield f"  {name:<{room}}{net}"
    yield from (f"  {part}" for part in rest)
    quantity = (
        line.quantity is not None and f"{plain(line.quantity)} {line.unit or ''}".strip(),
        line.price is not None and f"at {_grouped(line.price)}",
        line.vat_rate is not None and f"VAT {plain(line.vat_rate)} %",
        not line.counts and "not counted",
    )
    if said := _listed(quantity):
        yield from textwrap.wrap(safe(said), WIDTH, initial_indent="    ", subsequent_indent="    ")


def _vat(invoice: Invoice) -> Iterator[str]:
    for row in invoice.vat_breakdown:
        rate = f"{plain(row.rate)} %" if row.rate is not None else ""
        label = safe(f"VAT {row.category or ''} {rate}".strip())
        base, tax = f"{_grouped(row.base):>{_AMOUNT}}", f"{_grouped(row.tax):>{_AMOUNT}}"
        yield from textwrap.wrap(f"  {label:<26}of {base} {tax}", WIDTH)


def _grouped(amount: Decimal | None) -> str:
    return "-" if amount is None else f"{amount:,f}"


def _listed(texts: Iterable[object]) -> str:
    return "   ".join(str(text) for text in texts if text)
