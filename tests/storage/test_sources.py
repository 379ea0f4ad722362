"""The kept copies of imported files: exact, once, private, and never mistaken for another file."""

import hashlib
import sqlite3
import stat
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from expense_agent.errors import DocumentGone, StoreUnusable
from expense_agent.storage.sqlite.sources import FileSources
from expense_agent.storage.sqlite.store_files import SOURCES_FILE, make_private_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = tmp_path / "store"
    make_private_folder(store)
    return store


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("data", [b"x", b"", bytes(range(256)) * 4000])
def test_a_file_comes_back_byte_for_byte(folder: Path, data: bytes) -> None:
    FileSources(folder, 1.0).keep({digest(data): data})
    assert FileSources(folder, 1.0).get(digest(data), "a.xml") == data


def test_a_file_is_kept_once_and_for_its_owner_only(folder: Path) -> None:
    sources = FileSources(folder, 1.0)
    for _ in range(3):
        sources.keep({digest(b"x"): b"x"})
    with closing(sqlite3.connect(folder / SOURCES_FILE)) as connection:
        assert connection.execute("SELECT sha256, bytes FROM sources").fetchall() == [
            (digest(b"x"), 1)
        ]
    assert stat.S_IMODE((folder / SOURCES_FILE).stat().st_mode) == 0o600


def test_what_was_never_kept_is_gone_and_not_empty(folder: Path) -> None:
    with pytest.raises(DocumentGone, match=r"no copy|cannot be read"):
        FileSources(folder, 1.0).get(digest(b"x"), "a.xml")
    FileSources(folder, 1.0).keep({digest(b"y"): b"y"})
    with pytest.raises(DocumentGone, match=r"no copy of a\.xml"):
        FileSources(folder, 1.0).get(digest(b"x"), "a.xml")


def test_reading_makes_no_file(folder: Path) -> None:
    (folder / SOURCES_FILE).unlink()
    with pytest.raises(DocumentGone):
        FileSources(folder, 1.0).get(digest(b"x"), "a.xml")
    assert not (folder / SOURCES_FILE).exists()


@pytest.mark.parametrize("statement", ["UPDATE sources SET packed = x''", "DELETE FROM sources"])
def test_a_kept_file_is_not_changed_or_removed(folder: Path, statement: str) -> None:
    FileSources(folder, 1.0).keep({digest(b"x"): b"x"})
    with closing(sqlite3.connect(folder / SOURCES_FILE)) as connection:  # noqa: SIM117
        with pytest.raises(sqlite3.IntegrityError, match="kept file"):
            connection.execute(statement)


@pytest.mark.parametrize(
    "packed", [zlib.compress(b"another"), b"not packed", zlib.compress(b"x")[:3]]
)
def test_another_file_in_its_place_is_told_and_never_shown(folder: Path, packed: bytes) -> None:
    FileSources(folder, 1.0).keep({digest(b"x"): b"x"})
    with closing(sqlite3.connect(folder / SOURCES_FILE)) as connection, connection:
        connection.execute("DROP TRIGGER sources_fixed")
        connection.execute("UPDATE sources SET packed = ?", (packed,))
    with pytest.raises(DocumentGone, match=r"not the file that was imported|cannot be read"):
        FileSources(folder, 1.0).get(digest(b"x"), "a.xml")


def test_a_damaged_file_of_copies_stops_an_import_with_its_name(folder: Path) -> None:
    (folder / SOURCES_FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnusable, match=SOURCES_FILE):
        FileSources(folder, 1.0).keep({digest(b"x"): b"x"})
    with pytest.raises(DocumentGone):
        FileSources(folder, 1.0).get(digest(b"x"), "a.xml")
