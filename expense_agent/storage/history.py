"""The history a policy is tried on: every invoice as it came, and what became of it."""

import json
from collections.abc import Iterator
from datetime import date

from expense_agent.domain.approval import holds_from_plain
from expense_agent.domain.category import UNSURE, suggestion_from
from expense_agent.domain.invoice import from_plain
from expense_agent.domain.policy import Hold
from expense_agent.domain.whatif import Past
from expense_agent.storage.database import Database, Row

_PAGE = 500
_NONE = "no holds"


def history(database: Database) -> Iterator[Past]:
    """Yield all invoices in the order of their import, a page in memory at a time."""
    last = 0
    while page := database.all(_HISTORY, last, _PAGE):
        last = page[-1]["seq"]
        for row in page:
            yield _past(row)


def _past(row: Row) -> Past:
    said = json.loads(row["suggestion"])
    return Past(
        invoice_id=row["invoice_id"],
        invoice=from_plain(json.loads(row["body"])),
        suggestion=suggestion_from(said) if said else UNSURE,
        received=date.fromisoformat(row["received_at"][:10]),
        holds=_first_holds(row),
        status=row["status"],
        edited=bool(row["edited"]),
        decisions=row["decisions"],
        waited_hours=max(0.0, row["waited"] or 0.0),
    )


def _first_holds(row: Row) -> tuple[Hold, ...]:
    """Return the holds that were shown first; of what nobody saw, the names of its warnings."""
    if row["holds"] is not None:
        return holds_from_plain(json.loads(row["holds"]))
    checks = (s["note"] for s in json.loads(row["steps"]) if s["node"] == "check_policy")
    names = next(checks, _NONE)
    return tuple(Hold(name, "warn", "") for name in names.split("; ") if name != _NONE)


_HISTORY = """
SELECT i.seq, i.invoice_id, i.body, i.suggestion, i.steps, i.received_at, i.status,
  (SELECT r.holds FROM approval_requests r WHERE r.thread_id = i.thread_id
    ORDER BY r.key LIMIT 1) AS holds,
  EXISTS (SELECT 1 FROM edits e WHERE e.thread_id = i.thread_id) AS edited,
  (SELECT count(*) FROM decisions d WHERE d.thread_id = i.thread_id
    AND d.verdict IN ('approve', 'reject')) AS decisions,
  (SELECT sum(julianday(d.decided_at) - julianday(r.waiting_since)) * 24 FROM decisions d
    JOIN approval_requests r ON r.thread_id = d.thread_id AND r.interrupt_id = d.interrupt_id
    WHERE d.thread_id = i.thread_id AND d.verdict IN ('approve', 'reject')) AS waited
FROM invoices i WHERE i.seq > ? AND i.status <> 'received'
  AND NOT EXISTS (SELECT 1 FROM reopenings o WHERE o.thread_id = i.thread_id)
ORDER BY i.seq LIMIT ?
"""
