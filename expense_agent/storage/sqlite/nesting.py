"""Transactions inside each other: one is begun, the others take part in it, or are attempts.

A savepoint for every part would be two statements more for each; so a part that fails spoils the
whole, unless it was an attempt, which is undone alone.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expense_agent.errors import StoreUnusable


class OfThread(threading.local):
    """The connection of a thread, and the transaction that is open on it."""

    connection: sqlite3.Connection | None = None
    is_open = False
    spoilt = False
    """Whether a part of the transaction has failed and was not undone."""

    @contextmanager
    def whole(self, connection: sqlite3.Connection, file: Path) -> Iterator[None]:
        """Begin a write transaction; commit it unless anything in it fails."""
        connection.execute("BEGIN IMMEDIATE")
        self.is_open, self.spoilt = True, False
        try:
            yield
            self._refuse_spoilt(connection, file)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            self.is_open = False

    @contextmanager
    def part(self, connection: sqlite3.Connection, file: Path) -> Iterator[None]:
        """Take part in the transaction: whoever fails in it must undo all of it."""
        _refuse_undone(connection, file)
        try:
            yield
        except BaseException:
            self.spoilt = True
            raise

    @contextmanager
    def attempt(self, connection: sqlite3.Connection, file: Path) -> Iterator[None]:
        """Do a part of the transaction that is undone alone if it fails."""
        assert self.is_open, "an attempt is a part of a transaction"
        _refuse_undone(connection, file)
        before = self.spoilt
        connection.execute("SAVEPOINT attempt")
        try:
            yield
            self._refuse_spoilt(connection, file)
            connection.execute("RELEASE attempt")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK TO attempt")  # never executescript: it commits first
                connection.execute("RELEASE attempt")
                self.spoilt = before
            raise

    def _refuse_spoilt(self, connection: sqlite3.Connection, file: Path) -> None:
        _refuse_undone(connection, file)
        if self.spoilt:
            raise RuntimeError("a part of this transaction has failed: none of it may stand")


def _refuse_undone(connection: sqlite3.Connection, file: Path) -> None:
    """Let nothing follow a full disk or an I/O error, after which SQLite has undone it all."""
    if not connection.in_transaction:
        raise StoreUnusable(file.parent, f"{file.name}: a failed write has undone the transaction")
