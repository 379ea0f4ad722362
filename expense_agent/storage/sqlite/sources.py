"""The files invoices were read from, byte for byte, so that they can be shown when they are gone.

They stand in a file of their own: the ledger stays small, and losing this one loses no money. A
copy is there before its invoice is registered; the hash it is kept under is in the audit trail.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from expense_agent.errors import DocumentGone, StoreUnusable
from expense_agent.storage.sighting import Seen, nothing_seen
from expense_agent.storage.sqlite.looking import looked_at
from expense_agent.storage.sqlite.schema import statements
from expense_agent.storage.sqlite.store_files import SOURCES_FILE
from expense_agent.storage.sqlite.witnesses import keep_in

LARGEST = 64 * 1024 * 1024
"""Bytes of one file; nothing larger is ever read."""
_PACKED_FASTEST = 1
"""How hard zlib tries: an XML file is then a quarter of its size, and a PDF as large as before."""
_SCHEMA = "schema_sources.sql"


class FileSources:
    """The kept files of one store, under their SHA-256. Any thread may call it."""

    def __init__(self, folder: Path, busy_seconds: float, seen: Seen = nothing_seen) -> None:
        self._folder = folder
        self._busy_seconds = busy_seconds
        self._seen = seen

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Write files down in one commit; what is here already stays as it is."""
        if not files:
            return
        try:
            with closing(self._connected()) as connection:
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("BEGIN IMMEDIATE")
                for statement in statements(_SCHEMA):
                    connection.execute(statement)
                for digest, data in files.items():
                    if not _is_there(connection, digest):
                        packed = zlib.compress(data, _PACKED_FASTEST)
                        row = (digest, len(data), packed)
                        connection.execute("INSERT INTO sources VALUES (?, ?, ?)", row)
                if connection.total_changes and (seen := self._seen()):
                    keep_in(connection, seen)
                connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise StoreUnusable(self._folder, f"{SOURCES_FILE}: {error}") from error

    def get(self, digest: str, name: str) -> bytes:
        """Return a kept file; raises DocumentGone, also for one that is not what was imported."""
        try:
            with looked_at(self._folder / SOURCES_FILE, self._busy_seconds) as connection:
                row = connection.execute(
                    "SELECT packed FROM sources WHERE sha256 = ?", (digest,)
                ).fetchone()
            data = zlib.decompressobj().decompress(row[0], LARGEST + 1) if row else None
        except (sqlite3.DatabaseError, zlib.error, TypeError) as error:
            raise DocumentGone(f"the copy of {name} cannot be read: {error}") from error
        if data is None:
            raise DocumentGone(f"no copy of {name} was kept")
        if hashlib.sha256(data).hexdigest() != digest:
            raise DocumentGone(f"the copy of {name} is not the file that was imported")
        return data

    def _connected(self) -> sqlite3.Connection:
        path = self._folder / SOURCES_FILE
        return sqlite3.connect(path, timeout=self._busy_seconds, isolation_level=None)


def _is_there(connection: sqlite3.Connection, digest: str) -> bool:
    found = connection.execute("SELECT 1 FROM sources WHERE sha256 = ?", (digest,)).fetchone()
    return found is not None
