"""The whole story of one invoice as the ledger has it: rows, and the events that vouch for them.

Rows are given with every sealed column, so that whoever has the file can compute the seals again
without this program.
"""

from typing import Any

from expense_agent.errors import UnknownInvoice
from expense_agent.storage.database import Database
from expense_agent.storage.seals import SEALED, seal_of

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
