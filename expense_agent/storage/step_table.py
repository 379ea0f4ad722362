"""Where threads stand that a person steps through (mode "step_by_step"), written and read.

The rows are a projection of paused threads, as the queue is; that a person went on is an event of
the trail.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from expense_agent.domain.invoice import canonical_json, from_plain, with_changes
from expense_agent.domain.money import plain
from expense_agent.ports import Clock, NextStep, Registered, utc
from expense_agent.service import StepRow
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row


class StepTable:
    """Implements ports.StepBook."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def pause(
        self,
        step: NextStep,
        suggestion: Mapping[str, Any],
        steps: Sequence[Mapping[str, Any]],
    ) -> None:
        """Write down where a thread stands, with its trace so far."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO next_steps (thread_id, node, proposed, since) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (thread_id) DO UPDATE SET node = excluded.node,"
                " proposed = excluded.proposed, since = excluded.since",
                step.thread_id,
                step.node,
                canonical_json(step.proposed),
                utc(self._clock.now()),
            )
            self._database.write(
                "UPDATE invoices SET status = 'stepping', suggestion = ?, category = ?, steps = ?"
                " WHERE thread_id = ?",
                canonical_json(suggestion),
                suggestion.get("category"),
                canonical_json(steps),
                step.thread_id,
            )

    def next_of(self, invoice_id: str) -> NextStep | None:
        """Return where the thread of an invoice stands; None when it is not stepped through."""
        row = self._database.one(
            "SELECT s.thread_id, s.node, s.proposed FROM next_steps s JOIN invoices i"
            " ON i.thread_id = s.thread_id WHERE i.invoice_id = ? AND i.status = 'stepping'",
            invoice_id,
        )
        if row is None:
            return None
        return NextStep(row["thread_id"], row["node"], json.loads(row["proposed"]))

    def note(self, known: Registered, node: str, by: str) -> None:
        """Record that a person goes on into a node."""
        with self._database.transaction():
            self._trail.append(by, "stepped", known.id, node=node)


_STEPS = """
SELECT i.invoice_id, i.body, s.node, s.proposed, s.since,
  coalesce(json_extract(i.steps, '$[#-1].note'), '') AS note,
  (SELECT json_group_array(json(e.after)) FROM (SELECT after FROM edits
     WHERE thread_id = i.thread_id ORDER BY round) e) AS edits
FROM invoices i JOIN next_steps s ON s.thread_id = i.thread_id
WHERE i.status = 'stepping' ORDER BY i.seq
"""


def step_rows(database: Database) -> list[StepRow]:
    """Return every thread that waits for a step, in the order of import."""
    return [_row(row) for row in database.all(_STEPS)]


def _row(row: Row) -> StepRow:
    invoice = from_plain(json.loads(row["body"]))
    for after in json.loads(row["edits"]):
        invoice = with_changes(invoice, after)
    payable = invoice.payable_amount
    return StepRow(
        invoice_id=row["invoice_id"],
        number=invoice.number or "",
        supplier=invoice.supplier.name or "",
        payable_amount="" if payable is None else plain(payable),
        currency=invoice.currency,
        step=row["node"],
        proposed=json.loads(row["proposed"]),
        since=row["since"],
        note=row["note"],
    )
