"""The audit trail in the ledger: appended in the transaction of the fact it records."""

import json
from collections.abc import Sequence
from typing import Any

from expense_agent.domain.audit import ENDS, GENESIS, TAKEN_BACK, AuditEvent, chained
from expense_agent.domain.invoice import canonical_json
from expense_agent.ports import Clock, utc
from expense_agent.storage.database import Database


class AuditTrail:
    """Appends and reads events. SQLite refuses anything but the next link of the chain."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def append(
        self,
        actor: str,
        action: str,
        invoice_id: str | None,
        *,
        rows: Sequence[str | None] = (),
        **details: Any,
    ) -> None:
        """Add an event. `rows` are the seals of what was inserted with it.

        `details` hold no secrets; accounts by their last four characters only.
        """
        last, previous = self.newest()
        seq = last + 1
        event = {
            "at": utc(self._clock.now()),
            "actor": actor,
            "action": action,
            "invoice_id": invoice_id,
            "details": details,
            "rows": list(rows),
        }
        body = canonical_json(event)
        self._database.write(
            "INSERT INTO audit (seq, invoice_id, prev, body, hash) VALUES (?, ?, ?, ?, ?)",
            seq, invoice_id, previous, body, chained(previous, seq, body),
        )  # fmt: skip

    def events(self, invoice_id: str | None = None) -> list[AuditEvent]:
        """Return the trail, or that of one invoice, oldest first."""
        where = "" if invoice_id is None else "WHERE invoice_id = ?"
        values = () if invoice_id is None else (invoice_id,)
        rows = self._database.all(f"SELECT seq, body FROM audit {where} ORDER BY seq", *values)
        return [event_of(row["seq"], row["body"]) for row in rows]

    def end_of(self, invoice_id: str) -> str | None:
        """Return how an invoice has ended; None: it has not, or that was taken back."""
        actions = [event.action for event in self.events(invoice_id)]
        last = [action for action in actions if action in ENDS or action == TAKEN_BACK][-1:]
        return last[0] if last and last[0] in ENDS else None

    def newest(self) -> tuple[int, bytes]:
        """Return number and hash of the newest event: of an empty trail 0, and what begins it."""
        last = self._database.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        return (last["seq"], last["hash"]) if last else (0, GENESIS)

    def last_seq(self) -> int:
        """Return the number of the newest event: it changes whenever the store has."""
        row = self._database.one("SELECT max(seq) AS seq FROM audit")
        return int(row["seq"] or 0) if row else 0


def event_of(seq: int, body: str) -> AuditEvent:
    """Read an entry of the trail."""
    said = json.loads(body)
    return AuditEvent(
        seq, said["at"], said["actor"], said["action"], said["invoice_id"], said["details"]
    )
