"""The rest of a budget, and the budgets an invoice would be charged to.

While its category is unsure it may be charged to any of the candidates, and each is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import SET_BY_PEOPLE
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
