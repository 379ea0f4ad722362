"""The money: whether the amount is usual or was paid before, the budget, and the payment."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from statistics import median

from expense_agent.service import BudgetPosition, Headline, InvoiceDetail, SupplierHistory
from tui.formatting import account_blocks, grouped, money
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import STRONG, WARNING, Line, labelled, line, text

_NEVER_PAID = ("rejected", "expired", "failed")
PAID = ("scheduled", "booked")
"""States in which an invoice is settled, or about to be."""
STANDS_OUT = 2
"""From so many times the middle amount on, a person should look."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The amounts of a supplier in one currency, the oldest first, and the one in question."""

    before: tuple[Decimal, ...]
    amount: Decimal

    @property
    def times(self) -> Decimal:
        """How many times the middle one of those before."""
        middle = median(self.before) if self.before else Decimal(0)
        return self.amount / middle if middle else Decimal(0)

    @property
    def stands_out(self) -> bool:
        """Whether it is much more than usual."""
        return self.times >= STANDS_OUT


def usual_amounts(detail: InvoiceDetail, past: SupplierHistory) -> Usual | None:
    """Return the amounts to compare with; None when the invoice has none itself."""
    amount = detail.invoice.payable_amount
    if amount is None:
        return None
    same = [one for one in past.invoices if one.currency == detail.invoice.currency]
    found = [_decimal(one.payable_amount) for one in same if one.state not in _NEVER_PAID]
    return Usual(tuple(one for one in reversed(found) if one is not None and one > 0), amount)


def same_number(detail: InvoiceDetail, past: SupplierHistory) -> list[Headline]:
    """Return those whose number is the same but for case, spaces and signs; the paid ones first."""
    wanted = _folded(detail.invoice.number or "")
    return [one for one in _comparable(past) if wanted and _folded(one.number) == wanted]


def same_amount(detail: InvoiceDetail, past: SupplierHistory) -> list[Headline]:
    """Return those over the same amount in the same currency; the paid ones first."""
    wanted = usual_amounts(detail, past)
    return [
        one
        for one in _comparable(past)
        if wanted
        and one.currency == detail.invoice.currency
        and _decimal(one.payable_amount) == wanted.amount
    ]


def _comparable(past: SupplierHistory) -> list[Headline]:
    found = {one.id: one for one in (*past.twins, *past.invoices)}
    return sorted(found.values(), key=lambda one: one.state not in PAID)


def twin_of(detail: InvoiceDetail, past: SupplierHistory) -> str | None:
    """Return the invoice to compare with: that of the holds, else the most alike, else the last."""
    named = [twin for hold in detail.holds for twin in hold.twins if twin != detail.id]
    alike = [*same_number(detail, past), *same_amount(detail, past), *past.invoices]
    return next(iter([*named, *(one.id for one in alike)]), None)


def _folded(number: str) -> str:
    return "".join(char for char in number.casefold() if char.isalnum()).lstrip("0")


def _decimal(amount: str | None) -> Decimal | None:
    try:
        return Decimal(amount) if amount else None
    except InvalidOperation:
        return None


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


def budget(about: About) -> list[Line]:
    """Return each budget it may be charged to, whether anything is held or not."""
    found = about.detail.budgets
    return labelled("budget", (_one(about, position) for position in found))


def _one(about: About, position: BudgetPosition) -> Line:
    name = about.categories.get(position.category, position.category)
    of = f"of {grouped(position.allowed)} {position.currency} this {position.period}"
    unsure = len(about.detail.budgets) > 1 or position.category != about.detail.category
    doubt = "   if that is its category" if unsure else ""
    return line("", text(name), "  ", *_used(position), safe(f" {of}"), doubt)


def _used(position: BudgetPosition) -> list[tuple[str, str]]:
    if position.used is None or position.after is None:
        return [("no exchange rate to tell what is used", WARNING)]
    allowed, after = Decimal(position.allowed), Decimal(position.after)
    over = after > allowed
    style = f"bold {WARNING}" if over else STRONG
    much = f", {grouped(str(after - allowed))} too much" if over else ""
    share = f"{after / allowed:.0%}" if allowed else "all"
    used = f"{grouped(position.used)} used, "
    return [(used, ""), (f"{grouped(position.after)} after this ({share}){much}", style)]


def payment(about: About) -> list[Line]:
    """Return the payment, with who approved it."""
    paid = about.detail.payment
    if paid is None:
        return []
    amount = money(paid.amount, paid.currency)
    account = account_blocks(paid.account or "no account")
    by = ", ".join(paid.approved_by) or "nobody: a clean policy result"
    return [
        line("payment", (text(paid.status), STRONG), "  ", text(amount), " on ",
             text(paid.execution_date), " to ", text(account)),
        line("", "  approved by ", text(by)),
    ]  # fmt: skip
