"""Witnesses of a store's ledger: its neighbours in the folder, and the file beside them.

Each keeps the last head of the ledger it has seen.

A ledger of yesterday is as whole as today's; only what is kept elsewhere tells them apart. It is
kept after the ledger's commit, never before, and nobody waits for it to reach the disk.

They are asked before the ledger is looked at: it only grows, so whatever they have seen is in it.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sighting import Sighting, sighting_in
from expense_agent.storage.sqlite.looking import looked_at

HEAD_FILE = "ledger.head"
_ONE_AT_A_TIME = threading.Lock()


def sighting_of(connection: sqlite3.Connection) -> Sighting | None:
    """Look at a ledger; None for one that does not know itself, being of an older version."""
    known = connection.execute(_KNOWS_ITSELF).fetchone()[0]
    return sighted_again(connection) if known else None


def sighted_again(connection: sqlite3.Connection) -> Sighting | None:
    """Look once more at a ledger that knows itself."""
    row = connection.execute(_SIGHTING).fetchone()
    return Sighting(*row) if row else None


def contains(connection: sqlite3.Connection, seen: Sighting) -> bool:
    """Whether a ledger has the event that was its newest when it was seen."""
    row = connection.execute("SELECT hash FROM audit WHERE seq = ?", (seen.seq,)).fetchone()
    return seen.seq == 0 or (row is not None and bytes(row[0]).hex() == seen.hash)


def replace_file(path: Path, text: str) -> None:
    """Replace a small file whole, unless it says that already; where that fails the old one stays.

    Without a sync: after a power cut it may be the old one, or empty, which says nothing.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError, ValueError):
        if path.read_text(encoding="utf-8") == text:
            return
    with suppress(OSError), _ONE_AT_A_TIME:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(draft, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)


_KNOWS_ITSELF = "SELECT count(*) FROM sqlite_schema WHERE name = 'store_identity'"
_SIGHTING = """
SELECT s.id,
  coalesce((SELECT r.restoration FROM restorations r ORDER BY r.ordinal DESC LIMIT 1), ''),
  coalesce((SELECT max(a.seq) FROM audit a), 0),
  coalesce((SELECT lower(hex(a.hash)) FROM audit a ORDER BY a.seq DESC LIMIT 1), ''),
  (SELECT count(*) FROM payment_runs),
  coalesce((SELECT p.run_id FROM payment_runs p ORDER BY p.rowid DESC LIMIT 1), '')
FROM store_identity s
"""


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
