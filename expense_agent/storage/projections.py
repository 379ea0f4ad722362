"""Proof of what is made from other rows: that nobody has changed what the rules look things up by.

Such rows carry no seals, because they can be made again: they are compared with what they would
be. Whoever takes one away hides a duplicate, or makes room under a limit.
"""

import json
from collections import Counter
from collections.abc import Iterator

from expense_agent.domain.invoice import from_plain
from expense_agent.domain.lookalike import shapes
from expense_agent.storage.database import Database, Row
from expense_agent.storage.similarity import Rows, projection

_PAGE = 1000


def unlike(database: Database) -> Iterator[str]:
    """Say what is not as it would be made again."""
    yield from _lookups(database)
    yield from _sums(database)
    yield from _shapes(database)
    yield from _first_keys(database)


def _lookups(database: Database) -> Iterator[str]:
    """Compare page by page: an invoice as read never changes, so nobody has to be kept waiting."""
    last = 0
    while page := database.all(
        "SELECT seq, invoice_id, CAST(body AS TEXT) AS body, received_at FROM invoices"
        " WHERE seq > ? ORDER BY seq LIMIT ?",
        last,
        _PAGE,
    ):
        first, last = page[0]["seq"], page[-1]["seq"]
        wanted = [(row["invoice_id"], _made_again(row)) for row in page]
        for table in ("invoice_marks", "invoice_amounts"):
            stored = f"SELECT * FROM {table} WHERE seq BETWEEN ? AND ?"
            there = {tuple(row) for row in database.all(stored, first, last)}
            for invoice_id, rows in wanted:
                if rows and not there.issuperset(rows[table]):
                    yield f"{table}: a row of {invoice_id} is changed or gone"
                there.difference_update(rows[table] if rows else ())
            if there and all(rows for _, rows in wanted):
                yield f"{table}: {len(there)} rows are of no invoice as read"


def _made_again(row: Row) -> Rows | None:
    """Return the rows an invoice is found by; None if its body is damaged, as its seal tells."""
    try:
        invoice = from_plain(json.loads(row["body"]))
        if invoice.payable is not None and not invoice.payable.amount.is_finite():
            return None
        return projection(invoice, row["seq"], row["received_at"])
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        return None


def _sums(database: Database) -> Iterator[str]:
    """Compare sums with the payments in one statement each, so that they are of one moment."""
    for table, sql in (("automatic_sums", _AUTOMATIC), ("committed_sums", _COMMITTED)):
        difference: Counter[tuple[object, ...]] = Counter()
        for *key, minor in database.all(sql):
            if isinstance(minor, int):
                difference[tuple(key)] += minor
        for name, day, currency in sorted(key for key, off in difference.items() if off):
            yield f"{table}: what left on {day} for {name} in {currency} is not the sum of payments"


def _shapes(database: Database) -> Iterator[str]:
    there = {tuple(row) for row in database.all("SELECT shape, supplier_key FROM supplier_shapes")}
    names = [
        row["supplier_key"]
        for row in database.all("SELECT supplier_key FROM known_suppliers")
        if row["supplier_key"].startswith("name:")
    ]
    for key in names:
        if not there.issuperset((shape, key) for shape in shapes(key.removeprefix("name:"))):
            yield f"supplier_shapes: a row of {key} is changed or gone"


def _first_keys(database: Database) -> Iterator[str]:
    for row in database.all(_FIRST_KEYS):
        yield f"first_keys: the row of payment {row['payment_id']} is changed or gone"


_LASTS = """NOT EXISTS (SELECT 1 FROM payment_events e
    WHERE e.payment_id = p.payment_id AND e.status = 'voided')"""
_AUTOMATIC = f"""
SELECT s.supplier_key AS party, substr(p.created_at, 1, 10), p.currency, p.amount_minor
  FROM payments p JOIN invoice_suppliers s ON s.thread_id = p.thread_id
  WHERE p.fingerprint IS NULL AND {_LASTS}
UNION ALL SELECT 'account:' || p.account, substr(p.created_at, 1, 10), p.currency, p.amount_minor
  FROM payments p WHERE p.fingerprint IS NULL AND p.account IS NOT NULL AND {_LASTS}
UNION ALL SELECT party, day, currency, -amount_minor FROM automatic_sums
"""
_COMMITTED = f"""
SELECT category, substr(p.created_at, 1, 7), p.currency, p.amount_minor
  FROM payments p WHERE category IS NOT NULL AND {_LASTS}
UNION ALL SELECT category, month, currency, -amount_minor FROM committed_sums
"""
_FIRST_KEYS = """
WITH RECURSIVE chain (payment_id, first_key) AS (
  SELECT payment_id, payment_key FROM payments WHERE replaces IS NULL
  UNION ALL SELECT p.payment_id, c.first_key FROM chain c
  JOIN payments p ON p.replaces = c.payment_id)
SELECT p.payment_id FROM payments p LEFT JOIN chain c ON c.payment_id = p.payment_id
LEFT JOIN first_keys k ON k.payment_id = p.payment_id
WHERE p.replaces IS NOT NULL AND coalesce(k.first_key, '') <> coalesce(c.first_key, '')
"""
