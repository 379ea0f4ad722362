"""Which lines, and the VAT in them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from textual.content import Content

from tui.formatting import grouped
from tui.safe_text import safe
from tui.sheet.about import About
from tui.sheet.facts import currency_of
from tui.sheet.line import GAP, STRONG, Line, line, text

UNITS = {
    "C62": "", "H87": "pcs", "EA": "pcs", "XPP": "pcs", "PCE": "pcs", "NAR": "pcs", "SET": "sets",
    "HUR": "h", "MIN": "min", "DAY": "days", "WEE": "weeks", "MON": "months", "ANN": "years",
    "KGM": "kg", "GRM": "g", "TNE": "t", "LTR": "l", "MTR": "m", "MTK": "m2", "MTQ": "m3",
    "KMT": "km", "KWH": "kWh", "LS": "lump sum", "P1": "%", "E48": "services",
}  # fmt: skip
"""Units that documents name by a code (UN/ECE Recommendation 20), as people call them."""
_SUMS = (
    ("line_total", "lines"),
    ("allowances", "allowances"),
    ("charges", "charges"),
    ("tax_exclusive_amount", "without VAT"),
    ("tax_amount", "VAT"),
    ("tax_inclusive_amount", "with VAT"),
    ("prepaid_amount", "prepaid"),
    ("rounding_amount", "rounding"),
    ("payable_amount", "payable"),
)


def lines(about: About) -> list[Line]:
    """Return the lines of the invoice."""
    found, code = about.invoice.get("lines") or [], currency_of(about.invoice)
    shown = [GAP] if found else []
    for number, one in enumerate(found):
        label = f"lines {len(found)}" if not number else ""
        name = text(one.get("name") or one.get("description"))
        shown.append(line(label, name, *_quantity(one, code), *_net(one, code)))
    return shown


def _quantity(one: Mapping[str, Any], code: str) -> list[Content]:
    if not one.get("quantity"):
        return []
    price = f" x {_short(str(one['price']), code)}" if one.get("price") else ""
    unit = str(one.get("unit") or "")
    many = f"{_short(str(one['quantity']))} {UNITS.get(unit, unit)}".strip()
    return [Content("   "), safe(many + price)]


def _short(number: str, currency: str = "") -> str:
    """Return a quantity or price without insignificant zeros; other text stays as it is."""
    try:
        return grouped(format(Decimal(number).normalize(), "f"), currency)
    except InvalidOperation:
        return number


def _net(one: Mapping[str, Any], code: str) -> list[Content]:
    net = one.get("net_amount")
    return [Content("   "), safe(grouped(str(net), code)).stylize(STRONG)] if net else []


def vat(about: About) -> list[Line]:
    """Return the VAT rate by rate, and the sums the document states."""
    rows, code = about.invoice.get("vat_breakdown") or [], currency_of(about.invoice)
    shown = [
        line(
            "" if number else "VAT",
            safe(f"{row.get('category') or ''} {row.get('rate') or '-'} %".strip()),
            "   of ",
            safe(grouped(row.get("base") or "", code) or "-"),
            "   ",
            (safe(grouped(row.get("tax") or "", code) or "-"), STRONG),
        )
        for number, row in enumerate(rows)
    ]
    stated = [(word, about.invoice.get(name)) for name, word in _SUMS]
    sums = ", ".join(f"{word} {grouped(str(value), code)}" for word, value in stated if value)
    return [*shown, *([line("sums", safe(sums, limit=400))] if sums else [])]
