"""The queue as the screens and commands read it: rows of the ledger, never checkpoints.

The order of 100,000 requests is one indexed query of integers; the rows are fetched by key, a
screenful at a time.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.approval import Seen, holds_from_plain
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold
from expense_agent.domain.reach import Reach
from expense_agent.domain.reversal import REOPENED, REVERSED
from expense_agent.service import QueueNews, QueueOverview, QueueQuery, QueueRow
from expense_agent.storage.database import Database
from expense_agent.storage.queue_conditions import Conditions
from expense_agent.storage.queue_listing import QueueListing


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether somebody may approve a row."""

    payable: Money | None
    holds: tuple[Hold, ...]
    preparers: dict[str, str]
    approved_by: tuple[str, ...]


WhyNot = Callable[[Standing], str | None]

_ROW = """
SELECT r.*, i.imported_by,
  (SELECT json_group_array(e.editor) FROM edits e WHERE e.thread_id = r.thread_id) AS editors,
  (SELECT json_group_array(d.approver) FROM decisions d WHERE d.thread_id = r.thread_id
     AND d.round = r.round AND d.verdict = 'approve') AS approved_by,
  (SELECT json_group_array(u.taken_back_by) FROM reversals u WHERE u.thread_id = r.thread_id
     AND u.decided_by <> '[]' AND NOT EXISTS (
       SELECT 1 FROM json_each(u.decided_by) d WHERE d.value = u.taken_back_by)) AS reversers,
  (SELECT o.reopened_by FROM reopenings o WHERE o.thread_id = r.thread_id) AS reopener
FROM approval_requests r JOIN invoices i ON i.thread_id = r.thread_id
"""


class QueueReader:
    """Reads approval requests."""

    def __init__(self, database: Database, why_not: WhyNot, reach: Reach | None = None) -> None:
        self._database = database
        self._why_not = why_not
        self._reach = reach or Reach()
        self._listing = QueueListing(database)

    def overview(self, query: QueueQuery, today: str) -> QueueOverview:
        """Give the order and totals of the open requests that match on a day (ISO)."""
        return self._listing.overview(query, Conditions(today, self._reach))

    def news(self, query: QueueQuery, newest: int, change: int, today: str) -> QueueNews:
        """Give what has happened since an overview."""
        return self._listing.news(query, newest, change, Conditions(today, self._reach))

    def counts(self, queries: Sequence[QueueQuery], today: str) -> list[int]:
        """Give how many open requests match each query on a day (ISO)."""
        return self._listing.counts(queries, Conditions(today, self._reach))

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        """Give rows by key, open or answered, in the order of `keys`."""
        # One parameter for any number of keys: SQLite limits how many a statement may have.
        found = self._database.all(
            f"{_ROW} WHERE r.key IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
        )
        by_key = {row["key"]: row for row in found}
        return [self._row(by_key[key]) for key in keys if key in by_key]

    def rows_of(self, invoice_id: str) -> list[QueueRow]:
        """Give the requests of one invoice: the open ones first, then the latest answered."""
        rows = self._database.all(
            f"{_ROW} WHERE r.invoice_id = ? ORDER BY r.status <> 'open', r.round DESC, r.level",
            invoice_id,
        )
        return [self._row(row) for row in rows]

    def expired(self, now: str) -> list[Seen]:
        """Give the open requests whose time has run out."""
        rows = self._database.all(
            "SELECT invoice_id, interrupt_id, fingerprint FROM approval_requests"
            " WHERE status = 'open' AND expires_at < ?",
            now,
        )
        return [Seen(row["invoice_id"], row["interrupt_id"], row["fingerprint"]) for row in rows]

    def _row(self, row: sqlite3.Row) -> QueueRow:
        holds = holds_from_plain(json.loads(row["holds"]))
        approved_by = tuple(json.loads(row["approved_by"]))
        return QueueRow(
            key=row["key"],
            seen=Seen(row["invoice_id"], row["interrupt_id"], row["fingerprint"]),
            number=row["number"],
            supplier=row["supplier"],
            payable_amount=row["payable"],
            currency=row["currency"],
            category=row["category"],
            due_date=row["due_date"],
            holds=holds,
            round=row["round"],
            level=row["level"],
            approvals_needed=row["approvals_needed"],
            approved_by=approved_by,
            waiting_since=row["waiting_since"],
            expires_at=row["expires_at"],
            status=row["status"],
            answered_by=row["answered_by"],
            answered_at=row["answered_at"],
            why_not=self._why_not(_standing(row, holds, approved_by)),
            held_until=row["held_until"],
        )


def _standing(row: sqlite3.Row, holds: tuple[Hold, ...], approved_by: tuple[str, ...]) -> Standing:
    payable = Money(Decimal(row["payable"]), row["currency"]) if row["payable"] else None
    preparers = dict.fromkeys(json.loads(row["reversers"]), REVERSED)
    preparers |= {row["reopener"]: REOPENED} if row["reopener"] else {}
    preparers |= {row["imported_by"]: "imported"}
    preparers |= dict.fromkeys(json.loads(row["editors"]), "edited")
    return Standing(payable, holds, preparers, approved_by)
