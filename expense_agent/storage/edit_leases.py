"""The table of edit leases: who has the form of an invoice open.

Nothing is decided by them. A lease ends with its session, so that a crash locks nobody out.
"""

from expense_agent.errors import UnknownInvoice
from expense_agent.ports import Clock, utc
from expense_agent.service.edit_form import BeingEdited
from expense_agent.storage.database import Database, Row
from expense_agent.storage.presence import Presence


class LeaseTable:
    """Implements ports.EditLeases."""

    def __init__(self, database: Database, clock: Clock, presence: Presence) -> None:
        self._database = database
        self._clock = clock
        self._presence = presence

    def take(self, invoice_id: str, editor: str) -> BeingEdited:
        """Take a lease, unless another editor has it; give whose it is now."""
        if not self._database.one("SELECT 1 FROM invoices WHERE invoice_id = ?", invoice_id):
            raise UnknownInvoice(invoice_id)
        with self._database.transaction():
            there = self._of(invoice_id)
            if there and there.by != editor:
                return there
            since = there.since if there else utc(self._clock.now())
            self._database.write(
                "INSERT INTO edit_leases VALUES (?, ?, ?, ?) ON CONFLICT (invoice_id) DO UPDATE"
                " SET process = excluded.process, editor = excluded.editor,"
                " since = excluded.since",
                *(invoice_id, self._presence.name, editor, since),
            )
        return BeingEdited(invoice_id, editor, since)

    def release(self, invoice_id: str) -> None:
        """End a lease of this session."""
        self._delete("invoice_id = ? AND process = ?", invoice_id, self._presence.current)

    def release_all(self) -> None:
        """Give back every lease of this session."""
        if self._database.one(
            "SELECT 1 FROM edit_leases WHERE process = ?", self._presence.current
        ):
            self._delete("process = ?", self._presence.current)

    def standing(self) -> tuple[BeingEdited, ...]:
        """Return all leases of sessions that live."""
        rows = self._database.all("SELECT * FROM edit_leases ORDER BY since")
        return tuple(_being_edited(row) for row in rows if self._stands(row))

    def of_another(self, invoice_id: str, editor: str) -> BeingEdited | None:
        """Return the lease of somebody else on an invoice."""
        there = self._of(invoice_id)
        return there if there and there.by != editor else None

    def _of(self, invoice_id: str) -> BeingEdited | None:
        row = self._database.one("SELECT * FROM edit_leases WHERE invoice_id = ?", invoice_id)
        return _being_edited(row) if row and self._stands(row) else None

    def _stands(self, row: Row) -> bool:
        return self._presence.is_alive(row["process"])

    def _delete(self, where: str, *values: str) -> None:
        with self._database.transaction():
            self._database.write(f"DELETE FROM edit_leases WHERE {where}", *values)


def _being_edited(row: Row) -> BeingEdited:
    return BeingEdited(row["invoice_id"], row["editor"], row["since"])
