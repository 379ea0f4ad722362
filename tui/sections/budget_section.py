"""The budget: the amount used, and the one this payment would use more."""

from decimal import Decimal

from expense_agent.service import BudgetPosition
from tui.formatting import grouped
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import STRONG, WARNING, Line, labelled, line, text


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
