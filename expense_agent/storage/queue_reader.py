"""The queue as the screens and commands read it: rows of the ledger, never checkpoints.

The order of 100,000 requests is one indexed query of integers; the rows are fetched by key, a
screenful at a time.
"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal

from expense_agent.domain.approval import Seen, holds_from_plain
from expense_agent.domain.authority import Asked, Authority, open_seats
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold
from expense_agent.domain.reach import Reach
from expense_agent.domain.reversal import REOPENED, REVERSED
from expense_agent.domain.tiers import seat_words
from expense_agent.service import QueueNews, QueueOverview, QueueQuery, QueueRow
from expense_agent.storage.approval_groups import StandingReader
from expense_agent.storage.database import Database, Row
from expense_agent.storage.queue_conditions import Conditions
from expense_agent.storage.queue_listing import QueueListing

Judge = Callable[[Asked], Authority]
WhoMay = Callable[[Asked], tuple[str, ...]]

_ROW = """
SELECT r.*, i.imported_by,
  (SELECT json_group_array(e.editor) FROM edits e WHERE e.thread_id = r.thread_id) AS editors,
  (SELECT json_group_array(json_array(d.approver, d.on_behalf_of, d.level)) FROM decisions d
     WHERE d.thread_id = r.thread_id AND d.round = r.round AND d.verdict = 'approve') AS given,
  (SELECT json_group_array(u.taken_back_by) FROM reversals u WHERE u.thread_id = r.thread_id
     AND u.decided_by <> '[]' AND NOT EXISTS (
       SELECT 1 FROM json_each(u.decided_by) d WHERE d.value = u.taken_back_by)) AS reversers,
  (SELECT json_group_array(b.seat) FROM approval_requests b WHERE r.status = 'open'
     AND b.thread_id = r.thread_id AND b.status = 'open' AND b.level <> r.level) AS beside,
  (SELECT o.reopened_by FROM reopenings o WHERE o.thread_id = r.thread_id) AS reopener
FROM approval_requests r JOIN invoices i ON i.thread_id = r.thread_id
"""


class QueueReader:
    """Reads approval requests."""

    def __init__(
        self,
        database: Database,
        judge: Judge,
        reach: Reach | None = None,
        who_may: WhoMay = lambda _: (),
    ) -> None:
        self._database = database
        self._who_may = who_may
        self._judge = judge
        self._standings = StandingReader(database, reach or Reach())
        self._listing = QueueListing(database)

    def overview(self, query: QueueQuery, now: str) -> QueueOverview:
        """Return the order and totals of the open requests that match now (UTC, as stored)."""
        return self._listing.overview(query, Conditions(now, self._standings))

    def news(self, query: QueueQuery, newest: int, change: int, now: str) -> QueueNews:
        """Return what has happened since an overview."""
        return self._listing.news(query, newest, change, Conditions(now, self._standings))

    def counts(self, queries: Sequence[QueueQuery], now: str) -> list[int]:
        """Return how many open requests match each query now (UTC, as stored)."""
        return self._listing.counts(queries, Conditions(now, self._standings))

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        """Return rows by key, open or answered, in the order of `keys`."""
        # One parameter for any number of keys: SQLite limits how many a statement may have.
        found = self._database.all(
            f"{_ROW} WHERE r.key IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
        )
        by_key = {row["key"]: row for row in found}
        return [self._row(by_key[key]) for key in keys if key in by_key]

    def rows_of(self, invoice_id: str) -> list[QueueRow]:
        """Return the requests of one invoice: the open ones first, then the latest answered."""
        rows = self._database.all(
            f"{_ROW} WHERE r.invoice_id = ? ORDER BY r.status <> 'open',"
            " CASE WHEN r.status = 'open' THEN r.level ELSE -r.key END",
            invoice_id,
        )
        found = [self._row(row) for row in rows]
        # Of several that are open at once, the one this person can answer comes first.
        return sorted(found, key=lambda row: 2 if row.status != "open" else bool(row.why_not))

    def _row(self, row: Row) -> QueueRow:
        holds = holds_from_plain(json.loads(row["holds"]))
        given, seats = json.loads(row["given"]), json.loads(row["seats"])
        asked = _asked(row, holds, given)
        judged = self._judge(asked)
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
            approved_by=tuple(approver for approver, _, _ in given),
            waiting_since=row["waiting_since"],
            expires_at=row["expires_at"],
            status=row["status"],
            answered_by=row["answered_by"],
            answered_at=row["answered_at"],
            why_not=judged.refusal,
            late=judged.late,
            acts_for=judged.on_behalf_of,
            held_until=row["held_until"],
            wanted=_wanted(row) if any(seats) else "",
            waits_for=self._who_may(asked) if judged.refusal and row["status"] == "open" else (),
        )


def _wanted(row: Row) -> str:
    """Name whom a request is for, and who else is asked at the same time."""
    return ", ".join(dict.fromkeys(map(seat_words, (row["seat"], *json.loads(row["beside"])))))


def _asked(row: Row, holds: tuple[Hold, ...], given: list[tuple[str, str, int]]) -> Asked:
    payable = Money(Decimal(row["payable"]), row["currency"]) if row["payable"] else None
    preparers = dict.fromkeys(json.loads(row["reversers"]), REVERSED)
    preparers |= {row["reopener"]: REOPENED} if row["reopener"] else {}
    preparers |= {row["imported_by"]: "imported"}
    preparers |= dict.fromkeys(json.loads(row["editors"]), "edited")
    filled = {row["level"], *(level for _, _, level in given)}
    return Asked(
        payable=payable,
        holds=holds,
        preparers=preparers,
        given=tuple((approver, principal) for approver, principal, _ in given),
        seat=row["seat"],
        others=open_seats(json.loads(row["seats"]), filled),
        apart=not row["preparers_may_approve"],
        expires_at=row["expires_at"],
    )
