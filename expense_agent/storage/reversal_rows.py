"""Reads what was taken back and what was reopened, for whoever reads an invoice."""

import json

from expense_agent.domain.reversal import Reopening, Reversal
from expense_agent.storage.database import Database, Row

_REVERSALS = "SELECT round, taken_back_by, reason, payment_id, decided_by FROM reversals"


def reversals_of(database: Database, thread_id: str) -> tuple[Reversal, ...]:
    """Return what was taken back of an invoice, in order."""
    rows = database.all(f"{_REVERSALS} WHERE thread_id = ? ORDER BY round", thread_id)
    return tuple(_reversal(row) for row in rows)


def reversal_of_payment(database: Database, payment_id: int) -> Reversal:
    """Return why a payment was voided."""
    return _reversal(database.all(f"{_REVERSALS} WHERE payment_id = ?", payment_id)[0])


def reopening_of(database: Database, thread_id: str) -> Reopening | None:
    """Say which refused invoice this one asks about again, if it does."""
    row = database.one(
        "SELECT i.invoice_id, o.reopened_by, o.reason, o.origin FROM reopenings o"
        " JOIN invoices i ON i.thread_id = o.reopens WHERE o.thread_id = ?",
        thread_id,
    )
    if row is None:
        return None
    return Reopening(row["invoice_id"], row["reopened_by"], row["reason"], row["origin"])


def reopened_as(database: Database, thread_id: str) -> str | None:
    """Return the id under which an invoice is asked about again."""
    row = database.one(
        "SELECT i.invoice_id FROM reopenings o JOIN invoices i ON i.thread_id = o.thread_id"
        " WHERE o.reopens = ?",
        thread_id,
    )
    return row["invoice_id"] if row else None


def _reversal(row: Row) -> Reversal:
    return Reversal(
        round=row["round"],
        by=row["taken_back_by"],
        reason=row["reason"],
        payment_id=row["payment_id"],
        decided_by=tuple(json.loads(row["decided_by"])),
    )
