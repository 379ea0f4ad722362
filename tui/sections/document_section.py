"""The document: its lines and VAT, the raw source, and what people have attached."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import PurePath

from textual.content import Content

from expense_agent.domain.invoice import Invoice, InvoiceLine
from expense_agent.domain.money import plain
from tui.formatting import day_and_time, grouped
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import GAP, MUTED, STRONG, Line, labelled, line, text

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


_SHORT_HASH = 12


def attached(about: About) -> list[Line]:
    """Return each document somebody has attached: who, when, and by which bytes it is known."""
    return labelled(
        "attached",
        (
            line(
                "",
                (text(comment.document_name), STRONG),
                safe(f"   {comment.author}, {day_and_time(comment.at)}   "),
                (safe(f"sha256 {comment.document[:_SHORT_HASH]}"), MUTED),
            )
            for comment in about.detail.comments
            if comment.document
        ),
    )


def origin(about: About) -> list[Line]:
    """Return the file and the place in it, and who imported it."""
    source = about.invoice.source
    file = "/".join(PurePath(source.file).parts[-2:])
    named = Content(", ").join(safe(part) for part in (file, source.location) if part)
    at = day_and_time(about.detail.received_at)
    return [
        line("read from", named, ("   o shows it", MUTED)),
        line("imported", text(about.detail.imported_by), f", {at}"),
    ]
