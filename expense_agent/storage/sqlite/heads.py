"""The last known head of a ledger, kept by its neighbours, a file beside it, and its users.

A ledger of yesterday is as whole as today's; only what is kept elsewhere tells them apart. It is
kept after the ledger's commit, never before, and nobody waits for it to reach the disk.
"""

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from expense_agent.storage.sighting import Sighting

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
