"""Credits and what they were offset against. The sum is kept by the database, not by good will."""

import json
from collections.abc import Sequence

from expense_agent.domain.credit import Credit, credit_of
from expense_agent.domain.invoice import from_plain
from expense_agent.domain.money import Money
from expense_agent.domain.supplier import supplier_keys
from expense_agent.ports import Clock, EditRecord, Registered, utc
from expense_agent.storage.database import Database, Row, marks

_MOST = 20
"""Credits of one supplier that are looked at; the oldest are offset first."""
_USED = """
(SELECT coalesce(sum(o.amount_minor), 0) FROM offsets o JOIN invoices i ON i.thread_id = o.thread_id
 WHERE o.credit_thread = c.thread_id AND i.status NOT IN ('rejected', 'expired'))
"""
_OPEN = f"""
SELECT open.*, n.invoice_id, n.body FROM (
  SELECT c.thread_id, c.currency, c.amount_minor, min(c.booked_at) AS booked_at, {_USED} AS used
  FROM credits c WHERE c.currency = ? AND c.thread_id <> ? AND c.supplier_key IN ({{keys}})
  GROUP BY c.thread_id, c.currency, c.amount_minor
  HAVING {_USED} < c.amount_minor ORDER BY min(c.booked_at) LIMIT {_MOST}
) open JOIN invoices n ON n.thread_id = open.thread_id ORDER BY open.booked_at, n.invoice_id
"""
_OVERDRAWN = f"""
SELECT DISTINCT n.invoice_id FROM offsets mine
JOIN credits c ON c.thread_id = mine.credit_thread
JOIN invoices n ON n.thread_id = c.thread_id
WHERE mine.thread_id = ? AND c.amount_minor < {_USED} ORDER BY 1
"""

_TAKEN_OFF = """
SELECT n.invoice_id, json_extract(n.body, '$.number') AS number FROM offsets o
JOIN invoices n ON n.thread_id = o.credit_thread WHERE o.thread_id = ? ORDER BY o.round
"""


class CreditTable:
    """Books credits, finds open ones, and writes down what they are offset against."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def book(self, known: Registered) -> list[str | None]:
        """Make a booked document an open credit, if it is one; give the seals of its rows."""
        owed = credit_of(known.invoice)
        if owed is None:
            return []
        now = utc(self._clock.now())
        return [
            self._database.insert(
                "credits",
                supplier_key=key,
                thread_id=known.thread_id,
                currency=owed.currency,
                amount_minor=owed.minor,
                booked_at=now,
            )
            for key in supplier_keys(known.invoice.supplier)
        ]

    def open_for(self, known: Registered) -> tuple[Credit, ...]:
        """Return the credits that could be offset against an invoice, the oldest first."""
        keys = supplier_keys(known.invoice.supplier)
        if not keys:
            return ()
        found = self._database.all(
            _OPEN.format(keys=marks(keys)), known.invoice.currency, known.thread_id, *keys
        )
        return tuple(map(_credit, found))

    def overdrawn(self, known: Registered) -> tuple[str, ...]:
        """Return the ids of credits this invoice used of which more is used than there is.

        What rejected and expired invoices took counts no longer.
        """
        if not any("offset" in edit.after for edit in known.edits):
            return ()
        rows = self._database.all(_OVERDRAWN, known.thread_id)
        return tuple(row["invoice_id"] for row in rows)

    def taken_off(self, known: Registered) -> tuple[str, ...]:
        """Return the numbers of the credits an invoice was lowered by, for the supplier to read."""
        if not any("offset" in edit.after for edit in known.edits):
            return ()
        rows = self._database.all(_TAKEN_OFF, known.thread_id)
        return tuple(row["number"] or row["invoice_id"] for row in rows)

    def use(self, edit: EditRecord) -> Sequence[str | None]:
        """Write down what an edit takes of a credit, if it does; more than is left is refused."""
        taken = edit.offset
        if taken is None:
            return []
        return [
            self._database.insert(
                "offsets",
                credit_thread=taken.credit.thread_id,
                thread_id=edit.thread_id,
                round=edit.round,
                amount_minor=taken.amount.minor,
                currency=taken.amount.currency,
            )
        ]


def _credit(row: Row) -> Credit:
    document = from_plain(json.loads(row["body"]))
    amount = Money.from_minor(row["amount_minor"], row["currency"])
    return Credit(
        invoice_id=row["invoice_id"],
        thread_id=row["thread_id"],
        number=document.number or "without a number",
        booked=row["booked_at"][:10],
        amount=amount,
        left=Money.from_minor(row["amount_minor"] - row["used"], row["currency"]),
        about=document.preceding,
    )
