"""Booked and scheduled invoices for the books: as edited, with their payments."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from expense_agent.domain.invoice import Invoice, from_plain, with_changes
from expense_agent.domain.money import Money
from expense_agent.storage.database import Database
from expense_agent.storage.payment_table import PAYMENT_STATUS

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
