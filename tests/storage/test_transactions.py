"""Transactions: alone, inside another, beside another thread or process."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from expense_agent.errors import StoreReadOnly, StoreUnusable
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from tests.storage.test_database import claim, claims

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def database(store: Path) -> Iterator[SqliteDatabase]:
    opened = SqliteDatabase(store, 0.2)
    yield opened
    opened.close()


def claim_twice(database: SqliteDatabase, thread_id: str) -> None:
    with database.transaction():
        claim(database, thread_id)
        claim(database, thread_id)


# --- locked


@pytest.mark.process
def test_a_lock_held_by_another_process_is_refused_after_the_busy_time(
    database: SqliteDatabase,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreUnusable, match="database is locked"), database.transaction():
            pytest.fail("the lock is held")
        with pytest.raises(StoreUnusable, match="database is locked"):
            SqliteDatabase(database.folder, 0.1)
        holder.communicate(b"\n")
    with database.transaction():
        claim(database, "t")


# --- read-only


def test_nothing_is_changed_in_a_store_that_can_only_be_read(database: SqliteDatabase) -> None:
    database.why_read_only = "it lies on a read-only mount"
    reading = pytest.raises(StoreReadOnly, match="for reading only: it lies on a read-only mount")
    with reading, database.transaction():
        pytest.fail("nothing is begun")
    assert claims(database) == []


# --- transactions


def test_a_rollback_undoes_everything(database: SqliteDatabase) -> None:
    def two_claims_and_a_mistake() -> None:
        with database.transaction():
            claim(database, "a")
            claim(database, "b")
            raise KeyError

    with pytest.raises(KeyError):
        two_claims_and_a_mistake()
    assert claims(database) == []
    assert not database.connection.in_transaction


def test_an_attempt_that_fails_is_undone_alone(database: SqliteDatabase) -> None:
    with database.transaction():
        claim(database, "before")
        with pytest.raises(sqlite3.IntegrityError), database.attempt():
            claim_twice(database, "attempted")
        claim(database, "after")
    assert claims(database) == ["after", "before"]


def test_an_attempt_inside_an_attempt_is_undone_alone(database: SqliteDatabase) -> None:
    with database.transaction():
        with database.attempt():
            claim(database, "outer")
            with pytest.raises(sqlite3.IntegrityError), database.attempt():
                claim_twice(database, "inner")
        claim(database, "after")
    assert claims(database) == ["after", "outer"]


def test_nothing_stands_of_a_transaction_whose_part_has_failed(database: SqliteDatabase) -> None:
    def going_on() -> None:
        with database.transaction():
            claim(database, "before")
            with pytest.raises(sqlite3.IntegrityError):
                claim_twice(database, "part")
            claim(database, "after")

    with pytest.raises(RuntimeError, match="none of it may stand"):
        going_on()
    assert claims(database) == []


def test_an_attempt_goes_with_the_transaction_it_is_a_part_of(database: SqliteDatabase) -> None:
    def attempting() -> None:
        with database.transaction():
            with database.attempt():
                claim(database, "attempted")
            raise KeyError

    with pytest.raises(KeyError):
        attempting()
    assert claims(database) == []


def test_an_attempt_outside_a_transaction_is_our_mistake(database: SqliteDatabase) -> None:
    with pytest.raises(AssertionError, match="part of a transaction"), database.attempt():
        pytest.fail("nothing is begun")


def test_an_error_in_the_outer_transaction_undoes_the_inner(database: SqliteDatabase) -> None:
    def an_inner_that_succeeds() -> None:
        with database.transaction():
            with database.transaction(), database.transaction():
                claim(database, "inner")
            raise KeyError

    with pytest.raises(KeyError):
        an_inner_that_succeeds()
    assert claims(database) == []


def test_nothing_follows_a_transaction_that_sqlite_has_undone(database: SqliteDatabase) -> None:
    """A full disk makes SQLite roll back on its own; a caller who goes on must be stopped."""

    def going_on() -> None:
        with database.transaction():
            claim(database, "first")
            database.connection.execute("ROLLBACK")
            with pytest.raises(StoreUnusable, match="has undone the transaction"):
                claim_twice(database, "second")

    with pytest.raises(StoreUnusable):
        going_on()
    assert claims(database) == []
    with database.transaction():
        claim(database, "third")
    assert claims(database) == ["third"]


@pytest.mark.parametrize("inside", ["transaction", "attempt"])
def test_what_a_full_disk_undoes_inside_a_part_is_told_as_that(
    database: SqliteDatabase, inside: str
) -> None:
    """A group goes on with its next work when one has failed; the disk is named, no mistake."""

    def failing() -> None:
        with database.transaction():
            database.connection.execute("ROLLBACK")
            raise KeyError

    def going_on() -> None:
        with database.transaction():
            claim(database, "first")
            with suppress(KeyError), getattr(database, inside)():
                failing()

    with pytest.raises(StoreUnusable, match="has undone the transaction"):
        going_on()
    assert claims(database) == []


def test_a_write_outside_a_transaction_is_our_mistake(database: SqliteDatabase) -> None:
    with pytest.raises(AssertionError, match="writes need a transaction"):
        claim(database, "t")


def test_two_threads_write_one_after_the_other(store: Path) -> None:
    with closing(SqliteDatabase(store, 10.0)) as database:
        start = threading.Barrier(2)

        def add(name: str) -> None:
            start.wait()
            for n in range(10):
                with database.transaction():
                    before = len(claims(database))
                    claim(database, f"{name}{n}")
                    assert len(claims(database)) == before + 1

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(add, "ab"))
        assert len(claims(database)) == 20


def test_text_with_damaged_bytes_is_still_shown(database: SqliteDatabase) -> None:
    with database.transaction():
        values = "CAST(? AS TEXT), '', '', '', '', ''"
        database.write(f"INSERT INTO claims VALUES ({values})", b"a\xffb")
    assert claims(database) == ["a\N{REPLACEMENT CHARACTER}b"]
