"""The ledger's SQLite file, opened the same careful way everywhere.

A connection a thread, explicit transactions, full sync, and a rollback journal: WAL has a reset
bug below SQLite 3.51.3, and two terminals on one store are exactly its case.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from expense_agent.errors import StoreUnusable

APPLICATION_ID = 0x45584147  # "EXAG"
SCHEMA_VERSION = 1
LEDGER_FILE = "ledger.db"
CHECKPOINTS_FILE = "checkpoints.db"

_SETTINGS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # or INSERT OR REPLACE deletes past the delete triggers
    "PRAGMA trusted_schema=OFF",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
)


class Database:
    """The ledger file. Every thread has a connection of its own, opened at first use."""

    def __init__(self, folder: Path, busy_seconds: float) -> None:
        self.folder = folder
        self.path = folder / LEDGER_FILE
        self._busy_seconds = busy_seconds
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        make_private_folder(folder)
        with self._refusals():
            self._prepare(self.connection)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; autocommit, so that transactions are only ever explicit."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._connect()
            with self._lock:
                self._all.append(found)
        return found

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Fetch every row at once: an open read cursor would block another process's commit."""
        with self._refusals():
            return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Fetch the first row, or None."""
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def write(self, sql: str, *values: Any) -> int:
        """Change rows inside a transaction; give how many were changed."""
        assert self.connection.in_transaction, "writes need a transaction"
        return self.connection.execute(sql, values).rowcount

    def insert(self, table: str, **values: Any) -> int:
        """Insert a row by column names; give 0 when a guard trigger ignored it."""
        columns = ", ".join(values)
        return self.write(
            f"INSERT INTO {table} ({columns}) VALUES ({marks(list(values))})", *values.values()
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a write transaction, or a savepoint inside one of this thread."""
        connection = self.connection
        begin, commit, undo = _SAVEPOINT if connection.in_transaction else _TRANSACTION
        with self._refusals():
            connection.execute(begin)
            try:
                yield
                connection.execute(commit)
            except BaseException:
                for statement in undo if connection.in_transaction else ():
                    connection.execute(statement)  # never executescript: it commits first
                raise

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            while self._all:
                self._all.pop().close()
        self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for setting in _SETTINGS:
            connection.execute(setting)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version == 0:
            _create(connection)
            version = _version(connection)
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID:
            raise StoreUnusable(self.folder, f"{LEDGER_FILE} belongs to another program")
        if version > SCHEMA_VERSION:
            reason = (
                f"it has schema {version}, this program knows {SCHEMA_VERSION}: update the program"
            )
            raise StoreUnusable(self.folder, reason)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what makes a store unusable into words; constraint errors are ours to see."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            raise StoreUnusable(self.folder, f"{self.path.name}: {error}") from error


_TRANSACTION = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_SAVEPOINT = ("SAVEPOINT nested", "RELEASE nested", ("ROLLBACK TO nested", "RELEASE nested"))


def marks(values: Sequence[object]) -> str:
    """Give the placeholders for a list of values in SQL: "?, ?, ?"."""
    return ", ".join("?" * len(values))


def make_private_folder(folder: Path) -> None:
    """Make the store's folder readable by its owner only; the files in it follow the umask."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o700)
        for name in (LEDGER_FILE, CHECKPOINTS_FILE):
            # Made by us before SQLite does, so that no moment exists in which others can read it.
            os.close(os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreUnusable(folder, error.strerror or str(error)) from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) == 0:  # another process may have been first
            schema = Path(__file__).with_name("schema_sqlite.sql").read_text(encoding="utf-8")
            for statement in _statements(schema):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """Split a script so that it can run inside one transaction (executescript commits first)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
