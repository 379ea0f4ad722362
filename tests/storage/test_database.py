"""The ledger file: made, migrated, refused."""

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
from expense_agent.storage.sqlite import schema as database_module
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.schema import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION
from expense_agent.storage.sqlite.store_files import (
    CHECKPOINTS_FILE,
    LEDGER_FILE,
    OPEN_LOCK,
    SOURCES_FILE,
)
from expense_agent.storage.sqlite.witnesses import HEAD_FILE

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from pathlib import Path
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
sys.stdin.readline()
SqliteDatabase(Path(sys.argv[1]), 10.0).close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def claims(database: SqliteDatabase) -> list[str]:
    return [row["thread_id"] for row in database.all("SELECT thread_id FROM claims ORDER BY 1")]


def claim(database: SqliteDatabase, thread_id: str) -> None:
    database.write("INSERT INTO claims VALUES (?, '', 'me', 'me', 'test', '')", thread_id)


def identity(store: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        return (
            connection.execute("PRAGMA application_id").fetchone()[0],
            connection.execute("PRAGMA user_version").fetchone()[0],
        )


# --- made


def test_a_new_store_carries_our_application_id_and_the_schema_version(store: Path) -> None:
    SqliteDatabase(store, 5.0).close()
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION)
    assert len(MIGRATIONS) == SCHEMA_VERSION


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folder_and_files_are_private_whatever_the_umask(store: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        database = SqliteDatabase(store, 5.0)
        with database.transaction():
            claim(database, "t")
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in [store, *store.iterdir()]}
        database.close()
    finally:
        os.umask(before)
    journal = f"{LEDGER_FILE}-journal"
    assert modes == {
        "store": 0o700, LEDGER_FILE: 0o600, CHECKPOINTS_FILE: 0o600, SOURCES_FILE: 0o600,
        HEAD_FILE: 0o600, OPEN_LOCK: 0o600, journal: 0o600,
    }  # fmt: skip


def test_an_empty_folder_made_beforehand_becomes_private(store: Path) -> None:
    store.mkdir(mode=0o755)
    SqliteDatabase(store, 5.0).close()
    assert stat.S_IMODE(store.stat().st_mode) == 0o700


def test_a_folder_with_other_things_keeps_its_mode(store: Path) -> None:
    store.mkdir()
    store.chmod(0o755)
    (store / "letters.txt").touch()
    SqliteDatabase(store, 5.0).close()
    assert stat.S_IMODE(store.stat().st_mode) == 0o755


def test_opening_a_store_again_drops_no_lock_of_this_process(store: Path) -> None:
    with closing(SqliteDatabase(store, 0.1)) as first, first.transaction():
        claim(first, "t")
        SqliteDatabase(store, 0.1).close()
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
        SqliteDatabase(store, 10.0).close()

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
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "notes.sql"
    script.write_text(
        "CREATE TABLE notes (text TEXT NOT NULL) STRICT;\n"
        "INSERT INTO notes SELECT 'claimed ' || thread_id FROM claims"  # no semicolon, on purpose
    )
    monkeypatch.setattr(database_module, "MIGRATIONS", (*MIGRATIONS, str(script)))
    return script


def test_a_store_is_brought_forward_with_what_is_in_it(
    store: Path, request: pytest.FixtureRequest
) -> None:
    with closing(SqliteDatabase(store, 5.0)) as old, old.transaction():
        claim(old, "t")
    request.getfixturevalue("next_version")
    with closing(SqliteDatabase(store, 5.0)) as new:
        assert [row["text"] for row in new.all("SELECT text FROM notes")] == ["claimed t"]
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION + 1)


def test_a_new_store_is_made_by_all_migrations_in_order(store: Path, next_version: Path) -> None:
    with closing(SqliteDatabase(store, 5.0)) as new:
        assert new.all("SELECT text FROM notes") == []
    assert next_version.exists()
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION + 1)


def test_a_migration_that_fails_leaves_the_version_before_it(
    store: Path, next_version: Path
) -> None:
    next_version.write_text("CREATE TABLE notes (text TEXT) STRICT;\nINSERT INTO nowhere;\n")
    with pytest.raises(StoreUnusable):
        SqliteDatabase(store, 5.0)
    assert identity(store) == (APPLICATION_ID, SCHEMA_VERSION)
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        assert (
            connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'notes'").fetchall() == []
        )


# --- refused


def test_a_store_from_a_newer_program_is_refused_and_left_alone(store: Path) -> None:
    SqliteDatabase(store, 5.0).close()
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = (store / LEDGER_FILE).read_bytes()
    versions = f"it has schema {SCHEMA_VERSION + 1}, this program knows {SCHEMA_VERSION}: update"
    with pytest.raises(StoreUnusable, match=versions):
        SqliteDatabase(store, 5.0)
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
        SqliteDatabase(store, 5.0)
    assert (store / LEDGER_FILE).read_bytes() == before


def test_a_file_that_is_no_database_is_refused(store: Path) -> None:
    store.mkdir()
    (store / LEDGER_FILE).write_bytes(b"not a database at all" * 400)
    with pytest.raises(StoreUnusable, match="file is not a database"):
        SqliteDatabase(store, 5.0)


def test_a_damaged_ledger_is_refused(store: Path) -> None:
    SqliteDatabase(store, 5.0).close()
    path = store / LEDGER_FILE
    path.write_bytes(path.read_bytes()[:100] + bytes(4000) + path.read_bytes()[4100:])
    with (
        pytest.raises(StoreUnusable, match="malformed"),
        closing(SqliteDatabase(store, 5.0)) as damaged,
    ):
        damaged.all("SELECT * FROM invoices")


def test_a_file_where_the_folder_should_be_is_refused(store: Path) -> None:
    store.write_text("mine")
    with pytest.raises(StoreUnusable, match="it is not a folder"):
        SqliteDatabase(store, 5.0)
    with pytest.raises(StoreUnusable, match="Not a directory"):
        SqliteDatabase(store / "deeper", 5.0)
    assert store.read_text() == "mine"


def test_a_folder_where_the_ledger_should_be_is_refused(store: Path) -> None:
    (store / LEDGER_FILE).mkdir(parents=True)
    with pytest.raises(StoreUnusable, match="unable to open"):
        SqliteDatabase(store, 5.0)


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
        SqliteDatabase(nobodys_folder / "store", 5.0)
    with pytest.raises(StoreUnusable, match="Permission denied"):
        SqliteDatabase(nobodys_folder, 5.0)


def test_a_ledger_that_cannot_be_written_says_so(nobodys_folder: Path) -> None:
    store = nobodys_folder / "store"
    SqliteDatabase(store, 5.0).close()
    (store / LEDGER_FILE).chmod(0o400)
    with closing(SqliteDatabase(store, 5.0)) as database:
        with pytest.raises(StoreUnusable, match="readonly"), database.transaction():
            claim(database, "t")
        assert claims(database) == []
