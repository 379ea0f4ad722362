"""The effect of time on the queue: due reminders, and requests at a standstill."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from expense_agent.domain.approval import Seen
from expense_agent.domain.tiers import seat_words
from expense_agent.ports import Clock, utc
from expense_agent.service.readings import Stalled
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.claim_table import ClaimTable
from expense_agent.storage.database import Database, Row

STILL_AFTER = timedelta(hours=24)
"""A step nobody has taken for so long has come to a standstill."""
UNANSWERED_AFTER = timedelta(days=7)
"""So has a request nobody has answered for so long, whatever its time."""


@dataclass(frozen=True, slots=True)
class Due:
    """A request whose time is running out, and of which nobody was reminded yet."""

    thread_id: str
    interrupt_id: str
    shown: dict[str, Any]
    """The text of a reminder."""


class Overdue:
    """Reads what is late; writes down who was reminded."""

    def __init__(
        self, database: Database, clock: Clock, trail: AuditTrail, claims: ClaimTable
    ) -> None:
        self._database = database
        self._claims = claims
        self._clock = clock
        self._trail = trail

    def expiring(self) -> list[Seen]:
        """Return the open requests whose time has run out; of several about an invoice the first.

        To answer that one closes the others.
        """
        rows = self._database.all(
            "SELECT invoice_id, interrupt_id, fingerprint, min(level) FROM approval_requests"
            " WHERE status = 'open' AND expires_at < ? GROUP BY invoice_id ORDER BY min(key)",
            utc(self._clock.now()),
        )
        return [Seen(row["invoice_id"], row["interrupt_id"], row["fingerprint"]) for row in rows]

    def due(self, hours: int) -> list[Due]:
        """Return the open requests that run out within so many hours, the first to do so first."""
        now = self._clock.now()
        rows = self._database.all(
            _DUE, utc(now), utc(now + timedelta(hours=hours)), now.date().isoformat()
        )
        return [_due(row) for row in rows]

    def note(self, due: Due) -> bool:
        """Write down that a reminder is sent; False when it was sent or answered meanwhile."""
        with self._database.transaction():
            if not self._database.all(_STILL_ASKED, due.thread_id, due.interrupt_id):
                return False
            seal = self._database.insert(
                "reminders",
                thread_id=due.thread_id,
                interrupt_id=due.interrupt_id,
                at=utc(self._clock.now()),
            )
            if seal is not None:
                expires = due.shown["expires_at"]
                self._trail.append(
                    "clock", "reminded", due.shown["id"], rows=[seal], expires_at=expires
                )
        return seal is not None

    def failed(self, due: Due, reason: str) -> None:
        """Write down that a reminder did not get through; it is not sent again."""
        with self._database.transaction():
            self._trail.append("clock", "reminder_failed", due.shown["id"], reason=reason)

    def stalled(self) -> list[Stalled]:
        """Return what has come to a standstill: broken off, not stepped on, or not answered."""
        now = self._clock.now()
        rows = self._database.all(
            _STALLED,
            json.dumps([held.thread_id for held in self._claims.held()]),
            utc(now - STILL_AFTER),
            utc(now - UNANSWERED_AFTER),
        )
        return [Stalled(row["id"], row["state"], row["since"], row["why"]) for row in rows]


def _due(row: Row) -> Due:
    shown = {
        key: row[key]
        for key in ("number", "supplier", "payable_amount", "currency", "due_date", "expires_at")
    }
    shown["id"] = row["invoice_id"]
    shown["wanted"] = seat_words(row["seat"])
    shown["holds"] = [hold["reason"] for hold in json.loads(row["holds"])]
    return Due(row["thread_id"], row["interrupt_id"], shown)


_STILL_ASKED = """
SELECT 1 FROM approval_requests WHERE thread_id = ? AND interrupt_id = ? AND status = 'open'
"""
_DUE = """
SELECT r.thread_id, r.interrupt_id, r.invoice_id, r.number, r.supplier, r.payable AS payable_amount,
  r.currency, r.due_date, r.expires_at, r.seat, r.holds
FROM approval_requests r
WHERE r.status = 'open' AND r.expires_at > ? AND r.expires_at <= ?
  AND (r.held_until IS NULL OR r.held_until <= ?)
  AND NOT EXISTS (SELECT 1 FROM reminders m
    WHERE m.thread_id = r.thread_id AND m.interrupt_id = r.interrupt_id)
ORDER BY r.expires_at, r.key
"""
_STALLED = """
SELECT invoice_id AS id, 'failed' AS state, received_at AS since,
  'its run broke off ' || failures || ' times: `recover` tries again' AS why
FROM invoices WHERE status = 'failed'
UNION ALL
SELECT i.invoice_id, i.status, i.received_at, 'cut off: `recover` goes on with it'
FROM invoices i WHERE i.status IN ('received', 'deciding')
  AND i.thread_id NOT IN (SELECT value FROM json_each(?))
UNION ALL
SELECT i.invoice_id, 'stepping', s.since, 'nobody goes on into ' || s.node
FROM invoices i JOIN next_steps s ON s.thread_id = i.thread_id
WHERE i.status = 'stepping' AND s.since <= ?
UNION ALL
SELECT r.invoice_id, 'waiting', r.waiting_since, 'nobody has answered for a week'
FROM approval_requests r WHERE r.status = 'open' AND r.held_until IS NULL AND r.waiting_since <= ?
ORDER BY since
"""
