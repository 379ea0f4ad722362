"""The last known head of a ledger, kept by its neighbours, a file beside it, and its users.

A ledger of yesterday is as whole as today's; only what is kept elsewhere tells them apart. It is
kept after the ledger's commit, never before, and nobody waits for it to reach the disk.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

HEAD_FILE = "ledger.head"
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A ledger as it was at some moment."""

    store: str
    """The id it was made with."""
    restoration: str
    """The id of the newest restoration from a backup; "": it was never restored."""
    seq: int
    """The number of its newest audit event; 0: it had none."""
    hash: str
    """The hash of that event, in hex."""
    runs: int
    """How many payment files it had written."""
    run: str
    """The newest of these; "": none."""

    @property
    def head(self) -> str:
        """The newest event as `audit verify` prints it."""
        return f"{self.seq}:{self.hash}"

    def to_text(self) -> str:
        """Write it down on one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> Self:
        """Read it back; raises KeyError, TypeError or ValueError for anything else."""
        store, restoration, digest = (str(said[key]) for key in ("store", "restoration", "hash"))
        run = str(said["run"])
        return cls(store, restoration, int(said["seq"]), digest, int(said["runs"]), run)


Seen = Callable[[], "Sighting | None"]
"""Gives a ledger as it was committed last, for a neighbour to keep; None: nothing is to be kept."""


def nothing_seen() -> None:
    """Keep nothing of a ledger."""


def sighting_of(connection: sqlite3.Connection) -> Sighting | None:
    """Look at a ledger; None for one that does not know itself, being of an older version."""
    if not connection.execute(_KNOWS_ITSELF).fetchone()[0]:
        return None
    row = connection.execute(_SIGHTING).fetchone()
    return Sighting(*row) if row else None


def contains(connection: sqlite3.Connection, seen: Sighting) -> bool:
    """Whether a ledger has the event that was its newest when it was seen."""
    row = connection.execute("SELECT hash FROM audit WHERE seq = ?", (seen.seq,)).fetchone()
    return seen.seq == 0 or (row is not None and bytes(row[0]).hex() == seen.hash)


def sighting_in(text: str) -> Sighting | None:
    """Read what was written down on a line; None for anything else."""
    with suppress(KeyError, TypeError, ValueError):
        return Sighting.from_plain(json.loads(text))
    return None


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
