"""Whether the amount is usual, and whether we have paid this before."""

from decimal import Decimal

from expense_agent.service import Headline
from tui.formatting import grouped, money
from tui.model.past import PAID, Usual, same_amount, same_number, usual_amounts
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import STRONG, WARNING, Line, labelled, line

_NOTHING = "none with this number or this amount"
_SHOWN = 4
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
    words = safe(_compared(found, about.invoice.currency))
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
    """Say whether it was paid before: what has the same number or the same amount, paid first."""
    if about.past is None:
        return []
    numbered = same_number(about.detail, about.past)
    alike = [one for one in same_amount(about.detail, about.past) if one not in numbered]
    found = [*(_same("number", one) for one in numbered), *(_same("amount", one) for one in alike)]
    if not found:
        first = not about.past.invoices
        return [line("before", "nothing: the first of this supplier" if first else _NOTHING)]
    more = len(found) - _SHOWN
    others = f"  and {more} more;" if more > 0 else " "
    return [*labelled("before", found[:_SHOWN]), line("", f"{others} = shows both side by side")]


def _same(what: str, one: Headline) -> Line:
    paid = one.state in PAID
    words = f"paid already, same {what}: " if paid else f"same {what}: "
    style = "bold $text-error" if paid else f"bold {WARNING}" if what == "number" else ""
    amount = money(one.payable_amount, one.currency)
    said = f"{one.number}, {one.state}, {amount}, dated {one.issue_date or '-'}, {one.id}"
    return line("", (words, style), safe(said))
