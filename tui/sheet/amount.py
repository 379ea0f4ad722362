"""Whether the amount is usual, and whether we have paid this before."""

from decimal import Decimal

from tui.formatting import grouped, money
from tui.model.past import Usual, same_amount, same_number, usual_amounts
from tui.safe_text import safe
from tui.sheet.about import About
from tui.sheet.facts import currency_of
from tui.sheet.line import STRONG, WARNING, Line, line, text

_BARS = "▁▂▃▄▅▆▇█"
_ASCII_BARS = "_.:-=+*#"


def usual(about: About) -> list[Line]:
    """Compare the amount with what came from this supplier, in words and as a small plot."""
    found = usual_amounts(about.detail, about.past) if about.past else None
    if found is None:
        return []
    if not found.before:
        return [line("usual", ("the first of this supplier in this currency", WARNING))]
    plot = sparkline(found, ascii_only=about.ascii_only)
    style = f"bold {WARNING}" if found.stands_out else ""
    words = safe(_compared(found, currency_of(about.invoice)))
    return [line("usual", (plot, STRONG), "   ", (words, style))]


def _compared(found: Usual, code: str) -> str:
    low, high = (grouped(str(edge(found.before)), code) for edge in (min, max))
    span = f"{low} each time" if low == high else f"{low} to {high}"
    many = "1 before" if len(found.before) == 1 else f"{len(found.before)} before"
    return f"{many}, {span}; this is {found.times:.1f} times the middle one"


def sparkline(found: Usual, *, ascii_only: bool) -> str:
    """Draw the amounts, the oldest first and this one last, apart."""
    bars = _ASCII_BARS if ascii_only else _BARS
    amounts = [max(amount, Decimal(0)) for amount in (*found.before, found.amount)]
    largest = max(amounts)
    *before, own = [bars[int(amount / largest * (len(bars) - 1))] for amount in amounts]
    return f"{''.join(before)} {own}"


def before(about: About) -> list[Line]:
    """Name invoices of the supplier with the same number or the same amount."""
    if about.past is None:
        return []
    numbered = same_number(about.detail, about.past)
    alike = [one for one in same_amount(about.detail, about.past) if one not in numbered]
    lines = [
        line("", ("same number: ", f"bold {WARNING}"), safe(f"{one.number}, {one.state}, "),
             safe(f"{money(one.payable_amount, one.currency)}, {one.id}"))
        for one in numbered[:2]
    ] + [
        line("", "same amount: ", text(one.number), safe(f" of {one.issue_date or 'no date'}, "),
             safe(f"{one.state}, {one.id}"))
        for one in alike[:2]
    ]  # fmt: skip
    if not lines:
        return [line("before", "none with this number or this amount")] if (
            about.past.invoices) else []  # fmt: skip
    lines[0] = Line("before", lines[0].text)
    return [*lines, line("", "  = shows both side by side")]
