"""Which lines, and the VAT in them."""

from collections.abc import Iterator
from decimal import Decimal

from textual.content import Content

from expense_agent.domain.invoice import Invoice, InvoiceLine
from expense_agent.domain.money import plain
from tui.formatting import grouped
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import GAP, STRONG, Line, line, text

UNITS = {
    "C62": "", "H87": "pcs", "EA": "pcs", "XPP": "pcs", "PCE": "pcs", "NAR": "pcs", "SET": "sets",
    "HUR": "h", "MIN": "min", "DAY": "days", "WEE": "weeks", "MON": "months", "ANN": "years",
    "KGM": "kg", "GRM": "g", "TNE": "t", "LTR": "l", "MTR": "m", "MTK": "m2", "MTQ": "m3",
    "KMT": "km", "KWH": "kWh", "LS": "lump sum", "P1": "%", "E48": "services",
}  # fmt: skip
"""Units that documents name by a code (UN/ECE Recommendation 20), as people call them."""


def lines(about: About) -> list[Line]:
    """Return the lines of the invoice."""
    found, code = about.invoice.lines, about.invoice.currency
    shown = [GAP] if found else []
    for number, one in enumerate(found):
        label = f"lines {len(found)}" if not number else ""
        name = text(one.name or one.description)
        shown.append(line(label, name, *_quantity(one, code), *_net(one, code)))
    return shown


def _quantity(one: InvoiceLine, code: str) -> list[Content]:
    if one.quantity is None:
        return []
    price = "" if one.price is None else f" x {_short(one.price, code)}"
    unit = one.unit or ""
    many = f"{_short(one.quantity)} {UNITS.get(unit, unit)}".strip()
    return [Content("   "), safe(many + price)]


def _short(number: Decimal, currency: str = "") -> str:
    """Return a quantity or price without insignificant zeros."""
    return grouped(format(number.normalize(), "f"), currency)


def _net(one: InvoiceLine, code: str) -> list[Content]:
    net = grouped(one.net_amount, code)
    return [Content("   "), safe(net).stylize(STRONG)] if net else []


def vat(about: About) -> list[Line]:
    """Return the VAT rate by rate, and the sums the document states."""
    invoice, code = about.invoice, about.invoice.currency
    shown = [
        line(
            "" if number else "VAT",
            safe(f"{row.category or ''} {'-' if row.rate is None else plain(row.rate)} %".strip()),
            "   of ",
            safe(grouped(row.base, code) or "-"),
            "   ",
            (safe(grouped(row.tax, code) or "-"), STRONG),
        )
        for number, row in enumerate(invoice.vat_breakdown)
    ]
    sums = ", ".join(f"{name} {grouped(sum_, code)}" for name, sum_ in _stated(invoice))
    return [*shown, *([line("sums", safe(sums, limit=400))] if sums else [])]


def _stated(invoice: Invoice) -> Iterator[tuple[str, Decimal]]:
    """Yield the sums that the document states."""
    for name, amount in (
        ("lines", invoice.line_total),
        ("allowances", invoice.allowances),
        ("charges", invoice.charges),
        ("without VAT", invoice.tax_exclusive_amount),
        ("VAT", invoice.tax_amount),
        ("with VAT", invoice.tax_inclusive_amount),
        ("prepaid", invoice.prepaid_amount),
        ("rounding", invoice.rounding_amount),
        ("payable", invoice.payable_amount),
    ):
        if amount is not None:
            yield name, amount
