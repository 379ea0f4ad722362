"""The threads that people step through, as screens and commands read them."""

import json

from expense_agent.domain.invoice import from_plain, with_changes
from expense_agent.domain.money import plain
from expense_agent.service import StepRow
from expense_agent.storage.database import Database, Row

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
