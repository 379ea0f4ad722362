"""Budgets: the amounts used, and those a waiting invoice would use more."""

from expense_agent.domain.budgets import BudgetUse, budgets_for, uses
from expense_agent.domain.category import UNSURE, Suggestion
from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import Policy
from expense_agent.domain.scope import scope_of
from expense_agent.ports import Clock
from expense_agent.service import BudgetPosition, InvoiceDetail
from expense_agent.storage.database import Database
from expense_agent.storage.sums import Sums


class BudgetReader:
    """Reads the sums the budget rule judges by, for people to see before it holds anything."""

    def __init__(self, database: Database, policy: Policy, clock: Clock) -> None:
        self._sums = Sums(database)
        self._policy = policy
        self._clock = clock

    def positions(self, detail: InvoiceDetail) -> tuple[BudgetPosition, ...]:
        """Return the budgets a waiting invoice may be charged to, least left first.

        None where the policy has no budget, where nothing would be transferred, or nothing waits.
        """
        if not self._policy.budgets or detail.request is None:
            return ()
        invoice, said = detail.invoice, _suggestion(detail)
        payable, planned = invoice.payable, budgets_for(said, self._policy)
        if payable is None or not planned:
            return ()
        scope = scope_of(invoice, said, self._policy, self._clock.now().date())
        committed = self._sums.committed(detail.thread_id, scope.budgets)
        return tuple(map(_position, uses(planned, committed, payable, self._policy)))


def _suggestion(detail: InvoiceDetail) -> Suggestion:
    said = detail.suggestion or UNSURE
    by_person = detail.category and detail.category != said.category
    return Suggestion(detail.category, 1.0, "person", "") if by_person else said


def _position(use: BudgetUse) -> BudgetPosition:
    return BudgetPosition(
        category=use.budget.category,
        period=use.budget.period,
        currency=use.allowed.currency,
        allowed=plain(use.allowed.rounded().amount),
        used=_said(use.used),
        after=_said(use.after),
    )


def _said(money: Money | None) -> str | None:
    return None if money is None else plain(money.rounded().amount)
