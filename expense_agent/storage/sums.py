"""What money has left, added up: by itself to one party, and on a category's budget."""

from collections.abc import Sequence
from datetime import date, timedelta

from expense_agent.domain.facts import PartySum, Scope
from expense_agent.domain.money import Money
from expense_agent.ports import Registered
from expense_agent.storage.database import Database, marks


class Sums:
    """Reads the sums that triggers keep; a few rows each, however long the history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def automatic(
        self, parties: Sequence[str], window_days: int, today: date
    ) -> tuple[PartySum, ...]:
        """Give what left with nobody asked, for each party that got anything within the window."""
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

    def committed(self, known: Registered, scope: Scope) -> tuple[Money, ...]:
        """Give what is paid, or half approved, on the budget that an invoice would be charged to.

        Half approved is what one person has approved and a second is asked about.
        """
        if scope.category is None:
            return ()
        rows = self._database.all(
            "SELECT currency, amount_minor AS minor FROM committed_sums"
            f" WHERE category = ? AND month IN ({marks(scope.months)})"
            " UNION ALL SELECT currency, payable_minor FROM approval_requests r"
            " WHERE category = ? AND status = 'open' AND level > 1 AND thread_id <> ?"
            " AND EXISTS (SELECT 1 FROM decisions d WHERE d.thread_id = r.thread_id"
            " AND d.round = r.round AND d.verdict = 'approve')",
            scope.category,
            *scope.months,
            scope.category,
            known.thread_id,
        )
        sums: dict[str, Money] = {}
        for row in rows:
            _add(sums, row["minor"], row["currency"])
        return tuple(sums.values())


def _add(sums: dict[str, Money], minor: int, currency: str) -> None:
    """Add to the sum of a currency; not in SQL, whose integers end."""
    money = Money.from_minor(minor, currency)
    sums[currency] = sums[currency] + money if currency in sums else money
