"""Proof of payment runs: an exported payment is one line of one run, and one of its file."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator

from expense_agent.domain.payment_run import CSV
from expense_agent.storage.database import Database, Row


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
