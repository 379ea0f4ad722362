"""The part of the world the rules need to know about one invoice under a policy.

That includes the budgets it would be charged to, and what is left of each.

While its category is unsure it may be charged to any of the candidates, and each is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import SET_BY_PEOPLE
from expense_agent.domain.facts import Scope
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Budget, Policy


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget with what is used of it and what one invoice would use; None: a rate is missing."""

    budget: Budget
    allowed: Money
    used: Money | None
    this: Money | None

    @property
    def after(self) -> Money | None:
        """The amount used with this invoice."""
        return None if self.used is None or self.this is None else self.used + self.this

    @property
    def left(self) -> Decimal:
        """The amount left with this invoice; below zero: too little. Unknown comes last."""
        return Decimal("-Infinity") if self.after is None else (
            self.allowed.amount - self.after.amount)  # fmt: skip


def budgets_for(suggestion: Suggestion, policy: Policy) -> tuple[Budget, ...]:
    """Return the budgets an invoice may be charged to: of its category or candidates."""
    named = dict.fromkeys((suggestion.category, *_candidates(suggestion, policy)))
    planned = {budget.category: budget for budget in reversed(policy.budgets)}
    return tuple(planned[name] for name in named if name in planned)


def _candidates(said: Suggestion, policy: Policy) -> tuple[str, ...]:
    if said.kind in SET_BY_PEOPLE:
        return ()
    guess = said.category is None or said.kind == "llm"
    return said.others if guess or said.confidence < policy.confidence_threshold else ()


def uses(
    budgets: Sequence[Budget],
    committed: Mapping[str, Sequence[Money]],
    payable: Money,
    policy: Policy,
) -> tuple[BudgetUse, ...]:
    """Return the budgets with what is used of each, the one with the least left first."""
    this = policy.in_base_currency(payable)
    found = (
        BudgetUse(
            budget,
            Money(budget.amount, policy.base_currency),
            in_base_currency(committed.get(budget.category, ()), policy),
            this,
        )
        for budget in budgets
    )
    return tuple(sorted(found, key=lambda use: use.left))


def in_base_currency(sums: Sequence[Money], policy: Policy) -> Money | None:
    """Add up in base currency; None when a rate is missing."""
    total = Money(Decimal(0), policy.base_currency)
    for money in sums:
        based = policy.in_base_currency(money)
        if based is None:
            return None
        total += based
    return total


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
