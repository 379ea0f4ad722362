"""When it is to be paid, and to which period it belongs."""

from datetime import timedelta

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import held

_SATURDAY = 5


def period_locked(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is dated in a period that is closed."""
    locked = policy.locked_until
    if locked is None or inv.issue_date is None or inv.issue_date > locked:
        return []
    reason = f"issued {inv.issue_date}, in a period that is closed up to {locked}"
    return held(policy, "period_locked", reason)


def due_date(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out a due date that is missing, or has passed."""
    if transfers_nothing(inv):
        return []
    if inv.due_date is None:
        return held(policy, "due_date", "no due date: " + _assumed(inv, policy))
    if facts.today is not None and inv.due_date < facts.today:
        return held(policy, "due_date", f"was due on {inv.due_date}")
    return []


def due_weekend(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out that no bank transfers money on the day it is due."""
    due = inv.due_date
    if due is None or transfers_nothing(inv) or due.weekday() < _SATURDAY:
        return []
    if facts.today is not None and due < facts.today:
        return []
    day = "Saturday" if due.weekday() == _SATURDAY else "Sunday"
    monday = due + timedelta(7 - due.weekday())
    return held(policy, "due_weekend", f"due on a {day}, {due}: banks carry it out on {monday}")


def _assumed(inv: Invoice, policy: Policy) -> str:
    days = policy.default_term_days
    if inv.issue_date is None:
        return f"{days} days from now are assumed"
    return f"{inv.issue_date + timedelta(days)} is assumed, {days} days after issue"
