"""Witnesses of a store's ledger: its neighbours in the folder, and the file beside it.

They are asked before the ledger is looked at: it only grows, so whatever they have seen is in it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sighting import Sighting, sighting_in
from expense_agent.storage.sqlite.heads import HEAD_FILE
from expense_agent.storage.sqlite.looking import looked_at

_UNIT = {"checkpoints": ("thread_id", "thread"), "sources": ("sha256", "kept file")}
"""Tables of the neighbours: what is counted in each, and what a person calls it."""
_KEEP = "INSERT OR REPLACE INTO ledger_seen VALUES (1, ?)"
_TABLE = """
CREATE TABLE IF NOT EXISTS ledger_seen (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    sighting TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """Something that can only be there because a ledger was."""

    where: str
    """As a person calls it: "checkpoints.db"."""
    seen: Sighting | None
    """None: it holds something, and knows of no ledger: it is of an older version."""


def witnesses(folder: Path, *neighbours: str) -> list[Witness]:
    """Ask the files of a store; those that are missing, empty or damaged say nothing."""
    found = [_beside(folder / HEAD_FILE), *(_neighbour(folder / name) for name in neighbours)]
    return [witness for witness in found if witness]


def contents(folder: Path, *neighbours: str) -> list[str]:
    """Say how much is in the neighbours: "4 threads in checkpoints.db"."""
    return [said for name in neighbours for said in _count(folder / name)]


def keep_in(connection: sqlite3.Connection, seen: Sighting) -> None:
    """Let a neighbour keep what was seen, in the transaction it is about to commit."""
    connection.execute(_TABLE)
    connection.execute(_KEEP, (seen.to_text(),))


def unknown_threads(checkpoints: Path, connection: sqlite3.Connection) -> int:
    """Count the threads of a neighbour that a ledger does not know: it has never had one."""
    known = {thread for (thread,) in connection.execute("SELECT thread_id FROM invoices")}
    with suppress(sqlite3.DatabaseError, StoreUnusable), looked_at(checkpoints) as neighbour:
        there = neighbour.execute("SELECT DISTINCT thread_id FROM checkpoints")
        return sum(thread not in known for (thread,) in there)
    return 0


def _beside(path: Path) -> Witness | None:
    try:
        seen = sighting_in(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Witness(path.name, seen) if seen and seen.seq else None


def _neighbour(path: Path) -> Witness | None:
    with suppress(sqlite3.DatabaseError, StoreUnusable), looked_at(path) as connection:
        tables = _tables(connection)
        seen = _kept(connection) if "ledger_seen" in tables else None
        if seen or any(_has_rows(connection, table) for table in tables & _UNIT.keys()):
            return Witness(path.name, seen)
    return None


def _count(path: Path) -> Iterator[str]:
    with suppress(sqlite3.DatabaseError, StoreUnusable), looked_at(path) as connection:
        for table in sorted(_tables(connection) & _UNIT.keys()):
            column, unit = _UNIT[table]
            counting = f"SELECT count(DISTINCT {column}) FROM {table}"
            (count,) = connection.execute(counting).fetchone()
            yield f"{count} {unit}{'' if count == 1 else 's'} in {path.name}"


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def _has_rows(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()
    return bool(found[0])


def _kept(connection: sqlite3.Connection) -> Sighting | None:
    row = connection.execute("SELECT sighting FROM ledger_seen").fetchone()
    return sighting_in(row[0]) if row else None
