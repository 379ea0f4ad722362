"""The part of the world the rules need to know about one invoice under a policy."""

from datetime import date

from expense_agent.domain.budgets import budgets_for
from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Scope
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Budget, Policy

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def scope_of(invoice: Invoice, suggestion: Suggestion, policy: Policy, today: date) -> Scope:
    """Say which facts are asked for: the window, amounts just under the limit, the budgets."""
    planned = budgets_for(suggestion, policy)
    return Scope(
        window_days=policy.limits.window_days,
        near=near_limit(invoice, policy),
        budgets=tuple((budget.category, months_of(budget, today)) for budget in planned),
    )


def months_of(budget: Budget, today: date) -> tuple[str, ...]:
    """Return the months of the period a day lies in: money counts when it is committed."""
    length = _MONTHS[budget.period]
    first = (today.month - 1) // length * length + 1
    return tuple(f"{today.year}-{month:02d}" for month in range(first, first + length))


def near_limit(invoice: Invoice, policy: Policy) -> tuple[int, int] | None:
    """Return the minor units that are just under the limit, if the invoice is among them."""
    payable = invoice.payable
    limit = policy.automatic_limit.amount
    if payable is None or not payable.is_exact or payable.amount <= 0 or limit <= 0:
        return None
    rate = policy.exchange_rates.get(payable.currency)
    if rate is None and payable.currency != policy.base_currency:
        return None
    top = Money(limit * (rate or 1), payable.currency).rounded().minor
    bottom = top * policy.limits.near_percent // 100
    return (bottom, top) if bottom <= payable.minor <= top else None
