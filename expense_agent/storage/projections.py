"""Proof of what is made from other rows: nobody has changed it since it was made.

An exported payment is one line of one payment run, and a run holds what its file says.

Such rows carry no seals, because they can be made again: they are compared with what they would
be. Whoever takes one away hides a duplicate, or makes room under a limit.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator

from expense_agent.domain.invoice import from_plain
from expense_agent.domain.lookalike import shapes
from expense_agent.domain.payment_run import CSV
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


def run_findings(database: Database) -> Iterator[str]:
    """Say what speaks against the runs of a ledger."""
    for row in database.all(_WITHOUT_A_RUN):
        yield f"payment {row['payment_id']} is {row['status']} and in no payment run"
    for row in database.all(_LEFT_AGAIN):
        yield f"payment {row['payment_id']} has left again, {_name(row)} had paid it before"
    for run in database.all("SELECT run_id, format, payments, sha256, content FROM payment_runs"):
        lines = database.all(_LINES, run["run_id"])
        named = database.all(_NAMED, run["run_id"])
        yield from _file_findings(run, lines, named)
        for line in lines:
            if line["voided"]:
                yield f"payment {line['payment_id']} was taken back, and is in {_name(run)}"


def _file_findings(run: Row, lines: list[Row], named: list[Row]) -> Iterator[str]:
    """`named`: all that a file which was given back names; the ledger may not have all of it."""
    content = bytes(run["content"])
    if hashlib.sha256(content).hexdigest() != run["sha256"]:
        yield f"the file of {_name(run)} is not what was written down"
    in_file = Counter(_ids(run["format"], content))
    there = len(named or lines)
    if not there == run["payments"] == in_file.total():
        counts = f"{there} payments, its file {in_file.total()}"
        yield f"{_name(run)} has {counts}, not {run['payments']}"
    if named and in_file != Counter(row["end_to_end_id"] for row in named):
        yield f"what {_name(run)} has paid is not what its file names"
    for line in lines:
        found = in_file[line["end_to_end_id"]]
        if found != 1:
            times = f"is {found} times in the file of {_name(run)}, not once"
            yield f"payment {line['payment_id']} {times}"


def _name(run: Row) -> str:
    return f"payment run {run['run_id']}"


def _ids(kind: str, content: bytes) -> list[str]:
    """Return the end-to-end ids that a file names."""
    text = content.decode(errors="replace")
    if kind == CSV:
        rows = csv.reader(io.StringIO(text, newline=""))
        return [row[1] for row in rows if len(row) > 1][1:]
    return re.findall(r"<EndToEndId>([^<]*)</EndToEndId>", text)


_WITHOUT_A_RUN = """
SELECT e.payment_id, e.status FROM payment_events e WHERE e.status IN ('exported', 'settled')
  AND NOT EXISTS (SELECT 1 FROM payment_run_lines l WHERE l.payment_id = e.payment_id)
"""
_LINES = """
SELECT l.payment_id, l.end_to_end_id, EXISTS (SELECT 1 FROM payment_events e
  WHERE e.payment_id = l.payment_id AND e.status = 'voided') AS voided
FROM payment_run_lines l WHERE l.run_id = ? ORDER BY l.ordinal
"""
_NAMED = "SELECT end_to_end_id FROM forgotten_payments WHERE run_id = ? ORDER BY ordinal"
_LEFT_AGAIN = """
SELECT a.payment_id, a.run_id FROM payment_run_lines l
JOIN left_already a ON a.payment_id = l.payment_id AND a.run_id <> l.run_id
JOIN payment_runs mine ON mine.run_id = l.run_id JOIN payment_runs its ON its.run_id = a.run_id
WHERE its.rowid < mine.rowid
"""
