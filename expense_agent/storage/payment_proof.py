"""Before a payment: every row it rests on must still be what the audit trail recorded.

`audit verify` proves the whole ledger afterwards; this is the same look at one invoice, in the
transaction that pays, so that nothing is ever paid from a row changed behind the program's back.
"""

import json

from expense_agent.errors import LedgerTampered
from expense_agent.storage.database import Database
from expense_agent.storage.seals import SEALED, seal_of

_PAID_FROM = (
    "invoices", "approval_requests", "decisions", "edits", "reversals", "reopenings"
)  # fmt: skip


def refuse_unvouched(
    database: Database, thread_id: str, invoice_id: str, *, paid: bool = False
) -> None:
    """Raise LedgerTampered unless the trail vouches for every row of an invoice.

    `paid`: the payment itself is looked at, too, before it leaves.
    """
    recorded = _recorded(database, invoice_id)
    tables = {*_PAID_FROM, "payments"} if paid else _PAID_FROM
    for sealed in SEALED:
        if sealed.table not in tables:
            continue
        columns = ", ".join(f"CAST({column} AS BLOB)" for column in sealed.columns)
        rows = database.all(f"SELECT {columns} FROM {sealed.table} WHERE thread_id = ?", thread_id)
        if any(seal_of(sealed.table, *row) not in recorded for row in rows):
            raise LedgerTampered(
                f"{sealed.table}: a row of {invoice_id} is not what the audit trail recorded;"
                " nothing is paid from it, and `audit verify` says more"
            )


def _recorded(database: Database, invoice_id: str) -> set[str]:
    """Return the seals that the events of an invoice vouch for; damaged events vouch for none."""
    seals: set[str] = set()
    for row in database.all("SELECT body FROM audit WHERE invoice_id = ?", invoice_id):
        try:
            seals.update(json.loads(row["body"])["rows"])
        except (ValueError, TypeError, KeyError):
            continue
    return seals
