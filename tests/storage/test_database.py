"""The ledger file: made, migrated, refused, locked, and what a transaction promises."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from expense_agent.errors import StoreUnusable
from expense_agent.storage import database as database_module
from expense_agent.storage.database import (
    APPLICATION_ID,
    CHECKPOINTS_FILE,
    LEDGER_FILE,
    MIGRATIONS,
    SCHEMA_VERSION,
    Database,
)

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from pathlib import Path
from expense_agent.storage.database import Database
sys.stdin.readline()
Database(Path(sys.argv[1]), 10.0).close()
"""
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
def database(store: Path) -> Iterator[Database]:
    opened = Database(store, 0.2)
    yield opened
    opened.close()


def claims(database: Database) -> list[str]:
    return [row["thread_id"] for row in database.all("SELECT thread_id FROM claims ORDER BY 1")]


def claim(database: Database, thread_id: str) -> None:
    database.write("INSERT INTO claims VALUES (?, 'me', 'test', 0)", thread_id)


def claim_twice(database: Database, thread_id: str) -> None:
    with database.transaction():
        claim(database, thread_id)
        claim(database, thread_id)


def identity(store: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        return (
            connection.execute("PRAGMA application_id").fetchone()[0],
            connection.execute("PRAGMA user_version").fetchone()[0],
        )


# --- made


def test_a_new_store_carries_our_application_id_and_the_schema_version(store: Path) -> None:
    Database(store, 5.0).close()
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION)
    assert len(MIGRATIONS) == SCHEMA_VERSION


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folder_and_files_are_private_whatever_the_umask(store: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        database = Database(store, 5.0)
        with database.transaction():
            claim(database, "t")
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in [store, *store.iterdir()]}
        database.close()
    finally:
        os.umask(before)
    journal = f"{LEDGER_FILE}-journal"
    assert modes == {
        "store": 0o700, LEDGER_FILE: 0o600, CHECKPOINTS_FILE: 0o600, journal: 0o600
    }  # fmt: skip


def test_an_empty_folder_made_beforehand_becomes_private(store: Path) -> None:
    store.mkdir(mode=0o755)
    Database(store, 5.0).close()
    assert stat.S_IMODE(store.stat().st_mode) == 0o700


def test_a_folder_with_other_things_keeps_its_mode(store: Path) -> None:
    store.mkdir()
    store.chmod(0o755)
    (store / "letters.txt").touch()
    Database(store, 5.0).close()
    assert stat.S_IMODE(store.stat().st_mode) == 0o755


def test_opening_a_store_again_drops_no_lock_of_this_process(store: Path) -> None:
    with closing(Database(store, 0.1)) as first, first.transaction():
        claim(first, "t")
        Database(store, 0.1).close()
        asked = subprocess.run(
            [sys.executable, "-c", OPEN_AND_BEGIN, str(store / LEDGER_FILE)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert "database is locked" in asked.stderr


OPEN_AND_BEGIN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
connection.execute("BEGIN IMMEDIATE")
"""


def test_threads_that_make_the_same_store_at_once_all_find_it_whole(store: Path) -> None:
    start = threading.Barrier(6)

    def open_it(_: int) -> None:
        start.wait()
        Database(store, 10.0).close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(open_it, range(6)))
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION)


@pytest.mark.process
def test_processes_that_make_the_same_store_at_once_all_find_it_whole(store: Path) -> None:
    opening = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(store)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in opening:
        assert process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in opening]
    assert [process.returncode for process in opening] == [0, 0], said
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION)


# --- migrated


@pytest.fixture
def second_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "notes.sql"
    script.write_text(
        "CREATE TABLE notes (text TEXT NOT NULL) STRICT;\n"
        "INSERT INTO notes SELECT 'claimed ' || thread_id FROM claims"  # no semicolon, on purpose
    )
    monkeypatch.setattr(database_module, "MIGRATIONS", (*MIGRATIONS, str(script)))
    return script


def test_a_store_of_version_1_is_brought_forward_with_what_is_in_it(
    store: Path, request: pytest.FixtureRequest
) -> None:
    with closing(Database(store, 5.0)) as old, old.transaction():
        claim(old, "t")
    request.getfixturevalue("second_version")
    with closing(Database(store, 5.0)) as new:
        assert [row["text"] for row in new.all("SELECT text FROM notes")] == ["claimed t"]
    assert identity(store) == (APPLICATION_ID, 2)


def test_a_new_store_is_made_by_all_migrations_in_order(store: Path, second_version: Path) -> None:
    with closing(Database(store, 5.0)) as new:
        assert new.all("SELECT text FROM notes") == []
    assert second_version.exists()
    assert identity(store) == (APPLICATION_ID, 2)


def test_a_migration_that_fails_leaves_the_version_before_it(
    store: Path, second_version: Path
) -> None:
    second_version.write_text("CREATE TABLE notes (text TEXT) STRICT;\nINSERT INTO nowhere;\n")
    with pytest.raises(StoreUnusable):
        Database(store, 5.0)
    assert identity(store) == (APPLICATION_ID, 1)
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        assert (
            connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'notes'").fetchall() == []
        )


# --- refused


def test_a_store_from_a_newer_program_is_refused_and_left_alone(store: Path) -> None:
    Database(store, 5.0).close()
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = (store / LEDGER_FILE).read_bytes()
    with pytest.raises(StoreUnusable, match="it has schema 2, this program knows 1: update"):
        Database(store, 5.0)
    assert (store / LEDGER_FILE).read_bytes() == before


@pytest.mark.parametrize(
    "setup",
    [
        ["PRAGMA application_id=7", "CREATE TABLE t (x)"],
        ["PRAGMA application_id=7"],
        ["CREATE TABLE t (x)"],
        ["PRAGMA journal_mode=WAL", "CREATE TABLE t (x)"],
    ],
)
def test_a_database_of_another_program_is_refused_and_left_alone(
    store: Path, setup: list[str]
) -> None:
    store.mkdir()
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        for statement in setup:
            connection.execute(statement)
    before = (store / LEDGER_FILE).read_bytes()
    with pytest.raises(StoreUnusable, match=r"ledger\.db belongs to another program"):
        Database(store, 5.0)
    assert (store / LEDGER_FILE).read_bytes() == before


def test_a_file_that_is_no_database_is_refused(store: Path) -> None:
    store.mkdir()
    (store / LEDGER_FILE).write_bytes(b"not a database at all" * 400)
    with pytest.raises(StoreUnusable, match="file is not a database"):
        Database(store, 5.0)


def test_a_damaged_ledger_is_refused(store: Path) -> None:
    Database(store, 5.0).close()
    path = store / LEDGER_FILE
    path.write_bytes(path.read_bytes()[:100] + bytes(4000) + path.read_bytes()[4100:])
    with pytest.raises(StoreUnusable, match="malformed"), closing(Database(store, 5.0)) as damaged:
        damaged.all("SELECT * FROM invoices")


def test_a_file_where_the_folder_should_be_is_refused(store: Path) -> None:
    store.write_text("mine")
    with pytest.raises(StoreUnusable, match="it is not a folder"):
        Database(store, 5.0)
    with pytest.raises(StoreUnusable, match="Not a directory"):
        Database(store / "deeper", 5.0)
    assert store.read_text() == "mine"


def test_a_folder_where_the_ledger_should_be_is_refused(store: Path) -> None:
    (store / LEDGER_FILE).mkdir(parents=True)
    with pytest.raises(StoreUnusable, match="unable to open"):
        Database(store, 5.0)


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """A folder of a user whom permissions bind, and us acting as that user: root may all."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_refused(nobodys_folder: Path) -> None:
    nobodys_folder.chmod(0o500)
    with pytest.raises(StoreUnusable, match="Permission denied"):
        Database(nobodys_folder / "store", 5.0)
    with pytest.raises(StoreUnusable, match="Permission denied"):
        Database(nobodys_folder, 5.0)


def test_a_ledger_that_cannot_be_written_says_so(nobodys_folder: Path) -> None:
    store = nobodys_folder / "store"
    Database(store, 5.0).close()
    (store / LEDGER_FILE).chmod(0o400)
    with closing(Database(store, 5.0)) as database:
        with pytest.raises(StoreUnusable, match="readonly"), database.transaction():
            claim(database, "t")
        assert claims(database) == []


# --- locked


@pytest.mark.process
def test_a_lock_held_by_another_process_is_refused_after_the_busy_time(database: Database) -> None:
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
            Database(database.folder, 0.1)
        holder.communicate(b"\n")
    with database.transaction():
        claim(database, "t")


# --- transactions


def test_a_rollback_undoes_everything(database: Database) -> None:
    def two_claims_and_a_mistake() -> None:
        with database.transaction():
            claim(database, "a")
            claim(database, "b")
            raise KeyError

    with pytest.raises(KeyError):
        two_claims_and_a_mistake()
    assert claims(database) == []
    assert not database.connection.in_transaction


def test_an_error_in_an_inner_transaction_does_not_lose_the_outer(database: Database) -> None:
    with database.transaction():
        claim(database, "outer before")
        with pytest.raises(sqlite3.IntegrityError):
            claim_twice(database, "inner")
        claim(database, "outer after")
    assert claims(database) == ["outer after", "outer before"]


def test_an_error_in_the_outer_transaction_undoes_the_inner(database: Database) -> None:
    def an_inner_that_succeeds() -> None:
        with database.transaction():
            with database.transaction(), database.transaction():
                claim(database, "inner")
            raise KeyError

    with pytest.raises(KeyError):
        an_inner_that_succeeds()
    assert claims(database) == []


def test_nothing_follows_a_transaction_that_sqlite_has_undone(database: Database) -> None:
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


def test_a_write_outside_a_transaction_is_our_mistake(database: Database) -> None:
    with pytest.raises(AssertionError, match="writes need a transaction"):
        claim(database, "t")


def test_two_threads_write_one_after_the_other(store: Path) -> None:
    with closing(Database(store, 10.0)) as database:
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


def test_text_with_damaged_bytes_is_still_shown(database: Database) -> None:
    with database.transaction():
        database.write("INSERT INTO claims VALUES (CAST(? AS TEXT), 'me', 'test', 0)", b"a\xffb")
    assert claims(database) == ["a\N{REPLACEMENT CHARACTER}b"]
