"""The ledger's SQLite file, opened the same careful way everywhere.

A connection a thread, explicit transactions, full sync, and a rollback journal: WAL has a reset
bug below SQLite 3.51.3, and two terminals on one store are exactly its case.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from expense_agent.errors import StoreReadOnly, StoreUnusable
from expense_agent.storage.audit_table import seal, seal_of
from expense_agent.storage.database import Row, marks
from expense_agent.storage.sighting import Doubt, Sighting
from expense_agent.storage.sqlite.damage import faults_of
from expense_agent.storage.sqlite.exchange import Occupancy, held_alone, is_under_way
from expense_agent.storage.sqlite.identity import Identity
from expense_agent.storage.sqlite.looking import (
    address_for_looking,
    address_of_copy,
    address_of_none,
    why_unwritable,
)
from expense_agent.storage.sqlite.nesting import OfThread
from expense_agent.storage.sqlite.schema import is_of_today, is_older, migrate_once
from expense_agent.storage.sqlite.store_files import (
    CHECKPOINTS_FILE,
    FILES,
    LEDGER_FILE,
    SOURCES_FILE,
    identity_of,
    make_private_file,
    make_private_folder,
    refusals_of,
)
from expense_agent.storage.sqlite.threads import disagreements
from expense_agent.storage.sqlite.witnesses import (
    HEAD_FILE,
    contains,
    replace_file,
    sighted_again,
    sighting_of,
)

_SETTINGS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # or INSERT OR REPLACE deletes past the delete triggers
    "PRAGMA trusted_schema=OFF",
    "PRAGMA synchronous=EXTRA",
)


class SqliteDatabase:
    """The ledger file. Every thread has a connection of its own, opened at first use."""

    def __init__(self, folder: Path, busy_seconds: float, memory: Path | None = None) -> None:
        """`memory` is the folder of what this user has seen of ledgers."""
        self.folder = folder
        self.path = folder / LEDGER_FILE
        self.why_read_only: str | None = None
        """Why nothing may be changed here, and on further lines what to do; None: it may."""
        self.doubt: Doubt | None = None
        """Why this is not the ledger that the store has seen last; None: nothing says so."""
        self.seen: Sighting | None = None
        """The ledger as this session has left or found it last."""
        self._identity = Identity(self.path, CHECKPOINTS_FILE, SOURCES_FILE, memory)
        self._file: tuple[int, int] | None = None
        self._busy_seconds = busy_seconds
        self._local = OfThread()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._copies = ExitStack()
        self._occupancy: Occupancy | None = None
        unwritable = why_unwritable(folder, *FILES)
        try:
            self._address = self._place(unwritable)
            self.why_read_only = self._prepare(unwritable)
            self._look_around()
        except BaseException:
            self.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; autocommit, so that transactions are only ever explicit."""
        found = self._local.connection
        if found is None:
            found = self._local.connection = self._connect()
        return found

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside a transaction of its own."""
        return self._local.is_open

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Fetch every row at once: an open read cursor would block another process's commit."""
        with refusals(self.path):
            return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        """Fetch the first row, or None."""
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def write(self, sql: str, *values: Any) -> int:
        """Change rows inside a transaction; give how many were changed."""
        assert self.connection.in_transaction, "writes need a transaction"
        return self.connection.execute(sql, values).rowcount

    def insert(self, table: str, **values: Any) -> str | None:
        """Insert a row by column names; give its seal, None when a guard trigger ignored it."""
        columns = ", ".join(values)
        inserted = self.write(
            f"INSERT INTO {table} ({columns}) VALUES ({marks(list(values))})", *values.values()
        )
        return seal(table, values) if inserted == 1 else None

    def refuse_read_only(self) -> None:
        """Refuse to act on a store that is open for reading only; raises StoreReadOnly."""
        if self.why_read_only:
            raise StoreReadOnly(self.folder, self.why_read_only)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a write transaction, or take part in the open one; an error undoes it all."""
        self.refuse_read_only()
        with refusals(self.path):
            connection = self.connection
            if self.in_transaction:
                with self._local.part(connection, self.path):
                    yield
                return
            with self._local.whole(connection, self.path):
                self._refuse_exchanged(connection)
                yield
                seen = self.seen and sighted_again(connection)
            if seen:
                self._saw(seen)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do a part of a transaction that may fail without the rest: it is undone alone."""
        with refusals(self.path), self._local.attempt(self.connection, self.path):
            yield

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Read as of one moment whatever is read inside; writers wait meanwhile."""
        with refusals(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    def exclusive(self, name: str) -> AbstractContextManager[bool]:
        """Keep others, also of other processes, from the same; False: somebody else is at it."""
        return held_alone(self.folder / f"{name}.lock")

    def faults(self) -> Iterator[str]:
        """Say what is wrong below the rows: a damaged file, a changed table or guard."""
        with refusals(self.path):
            yield from faults_of(self.connection)

    def copy_to(self, file: Path) -> None:
        """Copy the ledger, as of one moment, to a new file."""
        with closing(sqlite3.connect(file)) as target:
            self.connection.backup(target)

    def astray(self) -> dict[str, str]:
        """Return the threads that ask something else than the ledger knows, with a sentence."""
        return disagreements(self, self.folder / CHECKPOINTS_FILE)

    def close(self) -> None:
        """Close the connections of all threads, and remember what was seen."""
        self._disconnect()
        self._copies.close()
        if self.seen:
            self._identity.remember(self.seen)
        if self._occupancy:
            self._occupancy.close()

    def _place(self, unwritable: str | None) -> str:
        """Return the URI to open: of the file, or of what can be read of it."""
        if unwritable is None:
            with refusals_of(self.folder):
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._occupancy = Occupancy(self.folder, self._busy_seconds)
            make_private_folder(self.folder)
            return f"{self.path.absolute().as_uri()}?mode=rw"
        if is_under_way(self.folder):
            raise StoreUnusable(self.folder, f"a restore was cut off here, and {unwritable}")
        return address_for_looking(self.path, self._copies)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._address,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        with self._lock:
            self._all.append(connection)
        connection.row_factory = sqlite3.Row
        # Text with damaged bytes is still shown, so that one bad row does not hide the others.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        connection.create_function("seal", -1, seal_of, deterministic=True)
        for setting in _SETTINGS:
            connection.execute(setting)
        return connection

    def _prepare(self, unwritable: str | None) -> str | None:
        """Bring the ledger up to date; say why it is rather read only, if that is so.

        What is not ours is refused before anything in it is changed.
        """
        with refusals(self.path):
            doubt = self.doubt = self._identity.doubt(lambda: self.connection)
            why = doubt.why if doubt else unwritable
            if doubt and not doubt.readable:
                self._turn_to(address_of_none(self._copies))
            elif not self.path.exists():
                _make(self.path, unwritable)
            # A look without a lock; whatever it shows but the usual is looked at under one.
            if not is_of_today(self.connection):
                if why and is_older(self.connection, self.folder):
                    self._turn_to(address_of_copy(self.path, self._copies))
                while self._migrate_once():
                    pass
            if not why:
                self.connection.execute("PRAGMA journal_mode=DELETE")
        return why

    def _turn_to(self, address: str) -> None:
        """Read something else in place of the file: a copy to bring up to date, or nothing."""
        self._address = address
        self._disconnect()

    def _disconnect(self) -> None:
        with self._lock:
            while self._all:
                self._all.pop().close()
        self._local = OfThread()

    def _look_around(self) -> None:
        """See which ledger this is, and whether the file beside it knows."""
        seen = None if self.why_read_only else sighting_of(self.connection)
        if seen:
            self._file = identity_of(self.path)
            self._saw(seen)

    def _refuse_exchanged(self, connection: sqlite3.Connection) -> None:
        """Refuse a ledger that was exchanged under this session; raises StoreReadOnly."""
        if self.seen is None:
            return
        if identity_of(self.path) != self._file or not contains(connection, self.seen):
            self.why_read_only = self._identity.exchanged(self.seen)
            self.refuse_read_only()

    def _saw(self, seen: Sighting) -> None:
        """Keep what is in the ledger now, once it is committed there."""
        with self._lock:
            before = self.seen
            if before and (seen.seq < before.seq or seen == before):
                return  # another thread has committed more
            self.seen = seen
        replace_file(self.folder / HEAD_FILE, seen.to_text())
        if before is None or before.runs != seen.runs:
            self._identity.remember(seen)

    def _migrate_once(self) -> bool:
        with self.transaction():
            return migrate_once(self.connection, self.folder)


def _make(path: Path, unwritable: str | None) -> None:
    """Make the file of a store that has never had one."""
    if unwritable:
        raise StoreUnusable(path.parent, f"there is no {path.name}, and {unwritable}")
    with refusals_of(path.parent):
        make_private_file(path)


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what makes a ledger unusable into words; other errors are our own mistakes."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise StoreUnusable(path.parent, f"{path.name}: {error}") from error
    except UnicodeDecodeError as error:  # SQLite quotes damaged bytes in its own message
        raise StoreUnusable(path.parent, f"{path.name}: malformed schema") from error
