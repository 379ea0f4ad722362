"""Looking at a database file: what a kill left is finished or read from a copy, nothing is lost."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from expense_agent.errors import StoreReadOnly, StoreUnusable
from expense_agent.storage.sqlite import schema as database_module
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.looking import looked_at
from expense_agent.storage.sqlite.schema import MIGRATIONS, SCHEMA_VERSION
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE, SOURCES_FILE
from tests.closing_off import closed_off, read_only_view

KILLED = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA journal_mode={sys.argv[2]}")
connection.execute("CREATE TABLE notes (text)")
connection.execute("INSERT INTO notes VALUES ('kept')")
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN IMMEDIATE")
connection.executemany("INSERT INTO notes VALUES (?)", [("x" * 1000,)] * 100)
if sys.argv[2] == "WAL":
    connection.execute("COMMIT")
os.kill(os.getpid(), signal.SIGKILL)
"""
NOTES = {"DELETE": 1, "WAL": 101}


def killed_in(path: Path, mode: str) -> None:
    """Leave a file as a process leaves it that is killed in the middle of writing."""
    subprocess.run([sys.executable, "-c", KILLED, str(path), mode], check=False)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    beside = path.with_name(path.name + ("-wal" if mode == "WAL" else "-journal"))
    assert beside.stat().st_size


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("mode", NOTES)
def test_what_a_kill_left_is_read_whole_whoever_may_write(
    tmp_path: Path, mode: str, *, closed: bool
) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    killed_in(folder / "some.db", mode)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with closed_off(folder) if closed else nullcontext():
        with looked_at(folder / "some.db") as connection:
            assert connection.execute("SELECT count(*) FROM notes").fetchone() == (NOTES[mode],)
            with pytest.raises(sqlite3.OperationalError):
                connection.execute("INSERT INTO notes VALUES ('no')")
        left = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert (left == before) is closed


def test_no_copy_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, copies = tmp_path / "store", tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    SqliteDatabase(folder, 5.0).close()
    killed_in(folder / SOURCES_FILE, "DELETE")
    killed_in(folder / CHECKPOINTS_FILE, "WAL")
    with closed_off(folder):
        for name in (SOURCES_FILE, CHECKPOINTS_FILE):
            with looked_at(folder / name):
                assert list(copies.iterdir())
            assert not list(copies.iterdir())


def test_what_others_write_is_seen_where_only_we_may_not(tmp_path: Path) -> None:
    """A mount may be read-only here, and written elsewhere."""
    folder, view = tmp_path / "store", tmp_path / "view"
    view.mkdir()
    with (
        closing(SqliteDatabase(folder, 5.0)) as writer,
        read_only_view(folder, view),
        closing(SqliteDatabase(view, 5.0)) as reader,
    ):
        assert reader.why_read_only
        assert reader.all("SELECT * FROM model_answers") == []
        with writer.transaction():
            writer.write("INSERT INTO model_answers VALUES ('k', 'c', 'r', 'm', 'now')")
        assert len(reader.all("SELECT * FROM model_answers")) == 1


# --- the ledger


def test_a_closed_ledger_is_read_and_every_transaction_refused(tmp_path: Path) -> None:
    SqliteDatabase(tmp_path / "store", 5.0).close()
    with (
        closed_off(tmp_path / "store"),
        closing(SqliteDatabase(tmp_path / "store", 5.0)) as database,
    ):
        assert database.why_read_only
        assert database.one("SELECT count(*) AS n FROM invoices")["n"] == 0  # type: ignore[index]
        with pytest.raises(StoreReadOnly, match="is open for reading only"):
            database.transaction().__enter__()


def test_a_reason_that_is_found_later_stops_what_begins_then(tmp_path: Path) -> None:
    with closing(SqliteDatabase(tmp_path / "store", 5.0)) as database, database.transaction():
        database.why_read_only = "its ledger is older than its neighbours"
        with pytest.raises(StoreReadOnly, match="older than its neighbours"):
            database.transaction().__enter__()


def test_a_closed_store_of_an_older_version_is_read_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    with monkeypatch.context() as earlier:
        earlier.setattr(database_module, "MIGRATIONS", MIGRATIONS[:1])
        SqliteDatabase(folder, 5.0).close()
    newer = (*MIGRATIONS, "newer.sql")
    monkeypatch.setattr(database_module, "MIGRATIONS", newer)
    statements = database_module.statements
    monkeypatch.setattr(
        database_module,
        "statements",
        lambda name: ["CREATE TABLE newer (x)"] if name == "newer.sql" else statements(name),
    )
    with closed_off(folder), closing(SqliteDatabase(folder, 5.0)) as database:
        assert database.all("SELECT * FROM newer") == []
        assert database.why_read_only
    with looked_at(folder / LEDGER_FILE) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert len(newer) == SCHEMA_VERSION + 1


def test_a_closed_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with closed_off(tmp_path / "store"), pytest.raises(StoreUnusable, match=r"no ledger\.db"):
        SqliteDatabase(tmp_path / "store", 5.0)


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is kept from root")
@pytest.mark.parametrize("name", ["", LEDGER_FILE])
def test_a_store_that_is_kept_from_us_is_refused_in_words(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    SqliteDatabase(folder, 5.0).close()
    (folder / name).chmod(0)
    try:
        with pytest.raises(StoreUnusable, match="ask its owner"):
            SqliteDatabase(folder, 5.0)
    finally:
        (folder / name).chmod(0o700)
