"""Sums of money: left without approval to one party, on a category, on its budget.

Sums of many amounts are taken in SQL, exactly: in two halves, because a few absurd amounts end
64 bits.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from expense_agent.domain.category import UNSURE, Suggestion
from expense_agent.domain.facts import PartySum
from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import Policy
from expense_agent.domain.scope import BudgetUse, budgets_for, scope_of, uses
from expense_agent.ports import Clock
from expense_agent.service import BudgetPosition, InvoiceDetail
from expense_agent.storage.database import Database, marks

_HALF = 1_000_000_000


def halves(column: str) -> str:
    """Return SQL for the sum of a column of minor units, as `high` and `low`."""
    return f"sum({column} / {_HALF}) AS high, sum({column} % {_HALF}) AS low"


def total(high: int, low: int, currency: str) -> str:
    """Return the sum that both halves make, as a decimal string."""
    return plain(Money.from_minor(high * _HALF + low, currency).amount)


# Of several asked at once any may be left over, or several: an invoice is counted once. The index
# leads to requests of a chain that was begun; that it was is then read from the decisions.
_HALF_APPROVED = """
SELECT max(currency), max(payable_minor) FROM approval_requests r
WHERE category = ? AND status = 'open' AND approvals_needed > 1 AND thread_id <> ?
  AND standing IN (SELECT key FROM standings WHERE begun)
  AND EXISTS (SELECT 1 FROM decisions d WHERE d.thread_id = r.thread_id AND d.round = r.round
    AND d.verdict = 'approve')
GROUP BY thread_id
"""


class Sums:
    """Reads the sums that triggers keep; a few rows each, however long the history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def automatic(
        self, parties: Sequence[str], window_days: int, today: date
    ) -> tuple[PartySum, ...]:
        """Return the sum paid without approval within the window, for each party paid."""
        rows = self._database.all(
            "SELECT party, currency, amount_minor FROM automatic_sums"
            f" WHERE party IN ({marks(parties)}) AND day > ?",
            *parties,
            (today - timedelta(window_days)).isoformat(),
        )
        sums: dict[str, dict[str, Money]] = {}
        for row in rows:
            of_party = sums.setdefault(row["party"], {})
            _add(of_party, row["amount_minor"], row["currency"])
        return tuple(
            PartySum(party, tuple(sums[party].values())) for party in parties if party in sums
        )

    def committed(
        self, thread_id: str, budgets: Sequence[tuple[str, tuple[str, ...]]]
    ) -> dict[str, tuple[Money, ...]]:
        """Return what is paid, or half approved, on each budget that an invoice may be charged to.

        `budgets`: as a Scope has them. Half approved is what one person has approved and a second
        is asked about.
        """
        return {category: self._on(category, months, thread_id) for category, months in budgets}

    def _on(self, category: str, months: Sequence[str], thread_id: str) -> tuple[Money, ...]:
        rows = self._database.all(
            "SELECT currency, amount_minor AS minor FROM committed_sums"
            f" WHERE category = ? AND month IN ({marks(months)})"
            f" UNION ALL {_HALF_APPROVED}",
            category,
            *months,
            category,
            thread_id,
        )
        sums: dict[str, Money] = {}
        for row in rows:
            _add(sums, row["minor"], row["currency"])
        return tuple(sums.values())


def _add(sums: dict[str, Money], minor: int, currency: str) -> None:
    """Add to the sum of a currency; not in SQL, whose integers end."""
    money = Money.from_minor(minor, currency)
    sums[currency] = sums[currency] + money if currency in sums else money


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
