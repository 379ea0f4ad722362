"""The table of edit leases: who has the form of an invoice open, until when it counts.

Nothing is decided by them. A lease ends by itself, so that a crash locks nobody out; one that ends
later than it could is from before the clock was set back, and void.
"""

import sqlite3
from datetime import UTC, datetime

from expense_agent.errors import UnknownInvoice
from expense_agent.ports import Clock, utc
from expense_agent.service.editing import BeingEdited
from expense_agent.storage.database import Database

_TAKE = """
INSERT INTO edit_leases VALUES (?, ?, ?, ?, ?) ON CONFLICT (invoice_id) DO UPDATE
SET owner = excluded.owner, editor = excluded.editor, until = excluded.until,
    since = iif(editor = excluded.editor AND until BETWEEN ?6 AND ?7, since, excluded.since)
WHERE editor = excluded.editor OR until NOT BETWEEN ?6 AND ?7
"""


class LeaseTable:
    """Implements ports.EditLeases."""

    def __init__(self, database: Database, clock: Clock, seconds: float) -> None:
        self._database = database
        self._clock = clock
        self.seconds = seconds

    def take(self, invoice_id: str, owner: str, editor: str) -> BeingEdited:
        """Take a lease or renew it; give whose it is now. Raises UnknownInvoice."""
        if not self._database.one("SELECT 1 FROM invoices WHERE invoice_id = ?", invoice_id):
            raise UnknownInvoice(invoice_id)
        with self._database.transaction():
            now, until = self._lasting()
            self._database.write(_TAKE, invoice_id, owner, editor, now, until, now, until)
            row = self._database.one("SELECT * FROM edit_leases WHERE invoice_id = ?", invoice_id)
        assert row is not None, "either ours was written, or another is in its way"
        return _being_edited(row)

    def release(self, owner: str, invoice_id: str | None = None) -> None:
        """Give a lease back, or all of an owner."""
        with self._database.transaction():
            self._database.write(
                "DELETE FROM edit_leases WHERE owner = ? AND invoice_id = coalesce(?, invoice_id)",
                owner,
                invoice_id,
            )

    def lasting(self) -> tuple[BeingEdited, ...]:
        """Give all leases that count now."""
        rows = self._database.all(
            "SELECT * FROM edit_leases WHERE until BETWEEN ? AND ? ORDER BY since",
            *self._lasting(),
        )
        return tuple(_being_edited(row) for row in rows)

    def of_another(self, invoice_id: str, editor: str) -> BeingEdited | None:
        """Give the lease of somebody else on an invoice, if it counts now."""
        row = self._database.one(
            "SELECT * FROM edit_leases WHERE invoice_id = ? AND editor <> ?"
            " AND until BETWEEN ? AND ?",
            invoice_id,
            editor,
            *self._lasting(),
        )
        return None if row is None else _being_edited(row)

    def _lasting(self) -> tuple[float, float]:
        """Give the times between which a lease that counts ends, in seconds since the epoch."""
        now = self._clock.now().timestamp()
        return now, now + self.seconds


def _being_edited(row: sqlite3.Row) -> BeingEdited:
    since = utc(datetime.fromtimestamp(row["since"], UTC))
    return BeingEdited(row["invoice_id"], row["editor"], since)
