"""Reads for audits: one invoice's story, booked invoices, the history a policy is tried on.

Rows are given with every sealed column, so that whoever has the file can compute the seals again
without this program.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from expense_agent.domain.approval import holds_from_plain
from expense_agent.domain.category import UNSURE, suggestion_from
from expense_agent.domain.invoice import Invoice, from_plain, with_changes
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold
from expense_agent.domain.whatif import Past
from expense_agent.errors import UnknownInvoice
from expense_agent.storage.audit_table import SEALED, seal_of
from expense_agent.storage.database import Database, Row
from expense_agent.storage.payment_table import PAYMENT_STATUS

_PAYMENTS = "SELECT payment_id FROM payments WHERE thread_id = ?"
_RUNS = f"SELECT run_id FROM payment_run_lines WHERE payment_id IN ({_PAYMENTS})"
_WHERE = {
    "invoices": "thread_id = ?",
    "invoice_suppliers": "thread_id = ?",
    "approval_requests": "thread_id = ?",
    "decisions": "thread_id = ?",
    "comments": "thread_id = ?",
    "edits": "thread_id = ?",
    "payments": "thread_id = ?",
    "reversals": "thread_id = ?",
    "reopenings": "? IN (thread_id, reopens)",
    "offsets": "thread_id = ?",
    "payment_events": f"payment_id IN ({_PAYMENTS})",
    "payment_run_lines": f"payment_id IN ({_PAYMENTS})",
    "payment_runs": f"run_id IN ({_RUNS})",
}


def story(database: Database, invoice_id: str) -> dict[str, Any]:
    """Return rows, seals and events of one invoice and the chain's head, read at one moment."""
    with database.one_moment():
        row = database.one("SELECT thread_id FROM invoices WHERE invoice_id = ?", invoice_id)
        if row is None:
            raise UnknownInvoice(invoice_id)
        thread_id = row["thread_id"]
        head = database.all("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")[0]
        return {
            "head": f"{head['seq']}:{head['hash'].hex()}",
            "events_in_store": head["seq"],
            "rows": _rows(database, thread_id),
            "forms": _forms(database, thread_id),
            "events": _events(database, invoice_id),
        }


def _rows(database: Database, thread_id: str) -> list[dict[str, Any]]:
    """Return every sealed row about a thread as text, with its seal."""
    found = []
    for sealed in SEALED:
        if sealed.table not in _WHERE:
            continue
        columns = ", ".join(f"CAST({column} AS BLOB)" for column in sealed.columns)
        where = _WHERE[sealed.table]
        for row in database.all(f"SELECT {columns} FROM {sealed.table} WHERE {where}", thread_id):
            values = [None if value is None else value.decode(errors="replace") for value in row]
            found.append(
                {
                    "table": sealed.table,
                    "columns": list(sealed.columns),
                    "values": values,
                    "seal": seal_of(sealed.table, *row),
                }
            )
    return found


def _forms(database: Database, thread_id: str) -> dict[str, str]:
    """Return the edit schemas its requests name: other invoices' events may vouch for them."""
    found = database.all(
        "SELECT name, body FROM edit_schemas WHERE name IN"
        " (SELECT edit_schema FROM approval_requests WHERE thread_id = ?) ORDER BY name",
        thread_id,
    )
    return {row["name"]: row["body"] for row in found}


def _events(database: Database, invoice_id: str) -> list[dict[str, Any]]:
    """Return the events of an invoice, and those of the runs its payments left in."""
    found = database.all(
        "SELECT seq, prev, body, hash FROM audit WHERE invoice_id = ? OR (invoice_id IS NULL AND"
        " json_extract(body, '$.action') = 'payment_run' AND json_extract(body, '$.details.run')"
        " IN (SELECT l.run_id FROM payment_run_lines l JOIN payments p ON p.payment_id ="
        " l.payment_id JOIN invoices i ON i.thread_id = p.thread_id WHERE i.invoice_id = ?))"
        " ORDER BY seq",
        invoice_id,
        invoice_id,
    )
    return [
        {
            "seq": row["seq"],
            "prev": row["prev"].hex(),
            "body": row["body"],
            "hash": row["hash"].hex(),
        }
        for row in found
    ]


_PAGE = 500


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payment that is not voided."""

    payment_id: int
    amount: Money
    status: str
    """"scheduled", "exported" or "settled"."""
    day: str
    """ISO date on which it is to be executed."""
    run: str | None


@dataclass(frozen=True, slots=True)
class Booked:
    """An invoice that is in the books: nothing to transfer, or a payment scheduled."""

    invoice_id: str
    invoice: Invoice
    amount_edited: bool
    """Whether a person has changed the amount, so that its VAT is not the document's."""
    category: str | None
    received: str
    """ISO date."""
    transfers: tuple[Transfer, ...]


def booked(database: Database) -> Iterator[Booked]:
    """Yield all of them in the order they were registered, a page in memory at a time."""
    last = 0
    while page := database.all(_INVOICES, last, _PAGE):
        last = page[-1]["seq"]
        transfers = _transfers(database, page[0]["seq"], last)
        for row in page:
            invoice, edited = from_plain(json.loads(row["body"])), False
            for changes in json.loads(row["edits"]):
                invoice = with_changes(invoice, json.loads(changes))
                edited = edited or "payable_amount" in json.loads(changes)
            yield Booked(
                invoice_id=row["invoice_id"],
                invoice=invoice,
                amount_edited=edited,
                category=row["category"],
                received=row["received_at"][:10],
                transfers=tuple(transfers[row["thread_id"]]),
            )


def _transfers(database: Database, first: int, last: int) -> dict[str, list[Transfer]]:
    found: dict[str, list[Transfer]] = defaultdict(list)
    for row in database.all(_TRANSFERS, first, last):
        found[row["thread_id"]].append(
            Transfer(
                payment_id=row["payment_id"],
                amount=Money.from_minor(row["amount_minor"], row["currency"]),
                status=row["status"],
                day=row["day"],
                run=row["run_id"],
            )
        )
    return found


_INVOICES = """
SELECT i.seq, i.thread_id, i.invoice_id, i.body, i.category, i.received_at,
  (SELECT json_group_array(after) FROM (SELECT e.after FROM edits e
    WHERE e.thread_id = i.thread_id ORDER BY e.round)) AS edits
FROM invoices i WHERE i.seq > ? AND i.status IN ('scheduled', 'booked') ORDER BY i.seq LIMIT ?
"""
_TRANSFERS = f"""
SELECT p.thread_id, p.payment_id, p.amount_minor, p.currency, {PAYMENT_STATUS} AS status,
  coalesce(l.execution_date, p.execution_date) AS day, l.run_id
FROM payments p JOIN invoices i ON i.thread_id = p.thread_id
LEFT JOIN payment_run_lines l ON l.payment_id = p.payment_id
WHERE i.seq BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM payment_events e
  WHERE e.payment_id = p.payment_id AND e.status = 'voided') ORDER BY p.payment_id
"""


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
