"""Threads compared with the ledger, read from the checkpoints as they lie.

A part of `audit verify`. The ledger is right in any case; a thread that says something else was
tampered with, or its file was put back from a backup. `recover` begins it anew.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from expense_agent.storage.database import Database
from expense_agent.storage.sqlite.looking import looked_at

_FINAL = ("scheduled", "booked", "rejected", "expired")
_HEADS = "SELECT thread_id FROM checkpoints WHERE checkpoint_ns = '' GROUP BY thread_id"
_PENDING = """
WITH head AS (SELECT thread_id, max(checkpoint_id) AS checkpoint_id FROM checkpoints
              WHERE checkpoint_ns = '' GROUP BY thread_id)
SELECT w.thread_id, w.type, w.value FROM head h JOIN writes w ON w.thread_id = h.thread_id
  AND w.checkpoint_id = h.checkpoint_id AND w.checkpoint_ns = '' AND w.idx = -3
WHERE NOT EXISTS (SELECT 1 FROM writes o WHERE o.thread_id = w.thread_id AND o.idx >= 0
  AND o.checkpoint_id = w.checkpoint_id AND o.checkpoint_ns = '' AND o.task_id = w.task_id)
"""
_AT_REST = """
SELECT i.thread_id, i.invoice_id, i.status,
  (SELECT json_group_array(interrupt_id) FROM (SELECT r.interrupt_id FROM approval_requests r
    WHERE r.thread_id = i.thread_id AND r.status = 'open' ORDER BY r.interrupt_id)) AS open
FROM invoices i WHERE i.status IN ('waiting', 'scheduled', 'booked', 'rejected', 'expired')
  AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.thread_id = i.thread_id)
"""


def disagreements(database: Database, checkpoints: Path) -> dict[str, str]:
    """Say which threads ask something else than the ledger knows; nothing without checkpoints.

    A thread that somebody moves meanwhile is left out: the ledger is read before and after.
    """
    return dict(_disagreements(database, checkpoints))


def _disagreements(database: Database, checkpoints: Path) -> Iterator[tuple[str, str]]:
    before = _ledger(database)
    found = _checkpoints(checkpoints)
    after = _ledger(database)
    heads, asked = found
    for thread_id in sorted(heads & before.keys() & after.keys()):
        invoice_id, status, waiting = row = after[thread_id]
        if row != before[thread_id]:
            continue
        if status in _FINAL and asked[thread_id]:
            said = f"{invoice_id} is {status}, its thread still asks for a decision"
            yield thread_id, f"{said}: run `recover`"
        if status == "waiting" and asked[thread_id] != waiting:
            said = f"{invoice_id} waits, its thread asks something else"
            yield thread_id, f"{said}: run `recover`"


def _ledger(database: Database) -> dict[str, tuple[str, str, frozenset[str]]]:
    return {
        row["thread_id"]: (row["invoice_id"], row["status"], frozenset(json.loads(row["open"])))
        for row in database.all(_AT_REST)
    }


def _checkpoints(path: Path) -> tuple[set[str], Mapping[str, frozenset[str]]]:
    """Return the threads there are and the interrupts that wait in each.

    None where the file is missing or damaged: it is only a cache, and `doctor` says so.
    """
    try:
        with looked_at(path) as connection:
            if not connection.execute(_TABLES).fetchone()[0]:
                return set(), {}
            heads = {thread_id for (thread_id,) in connection.execute(_HEADS)}
            pending = connection.execute(_PENDING).fetchall()
    except sqlite3.DatabaseError:
        return set(), {}
    asked: dict[str, set[str]] = defaultdict(set)
    for thread_id, kind, value in pending:
        asked[thread_id] |= _interrupts(kind, value)
    return heads, defaultdict(frozenset, {key: frozenset(ids) for key, ids in asked.items()})


_TABLES = "SELECT count(*) = 2 FROM sqlite_schema WHERE name IN ('checkpoints', 'writes')"


def _interrupts(kind: str, value: bytes) -> set[str]:
    """Return the ids of interrupts; what cannot be read has an id no request has."""
    from expense_agent.storage.sqlite.checkpoints import PackingSerializer  # noqa: PLC0415 - loads LangGraph

    try:
        return {asked.id for asked in PackingSerializer().loads_typed((kind, value))}
    except Exception:  # noqa: BLE001 - damaged bytes end in any error of any decoder
        return {"unreadable"}
