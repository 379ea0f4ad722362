"""The one way to open a database file for looking at it, whoever may write it.

A file we may write is opened so that SQLite can finish what a crash left beside it: a hot journal,
a log. Any other is read as it lies, under locks, for others may write it; where SQLite would have
to write before it can read, a copy is read instead.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from expense_agent.errors import StoreUnusable

BUSY_SECONDS = 5.0
_COMPANIONS = ("", "-journal", "-wal")
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNWRITTEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_PRIMARY = 0xFF
"""Extended error codes carry the primary one in their lowest byte."""
_MOST_TRIES = 10


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary error code of an error."""
    return error.sqlite_errorcode & _PRIMARY


def is_damage(error: BaseException | None) -> bool:
    """Whether an error says that the file is not what it should be, or no database at all."""
    return isinstance(error, sqlite3.DatabaseError) and primary_code(error) in _DAMAGE


def is_there(folder: Path, name: str = "") -> bool:
    """Whether a store, or a file of it, exists; raises StoreUnusable where that is kept from us."""
    try:
        return (folder / name).exists()
    except OSError as error:
        raise StoreUnusable(folder, f"{error.strerror}; ask its owner") from error


def why_unwritable(folder: Path, *names: str) -> str | None:
    """Say why nothing can be changed in a folder that is there, then what to do; None: it can."""
    there = (folder / name for name in ("", *names) if is_there(folder, name))
    closed = next((path for path in there if not os.access(path, os.W_OK)), None)
    if closed is None:
        return None
    if os.statvfs(closed).f_flag & os.ST_RDONLY:
        return "it lies on a read-only file system\nto act, mount it for writing or work on a copy"
    what = "its folder" if closed == folder else closed.name
    return f"you may not write {what}\nto act, ask its owner or work on a copy"


@contextmanager
def looked_at(path: Path, busy_seconds: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
    """Open a file that is there, to read it; raises sqlite3.DatabaseError or StoreUnusable."""
    with ExitStack() as stack:
        address = address_for_looking(path, stack)
        connection = sqlite3.connect(address, timeout=busy_seconds, isolation_level=None, uri=True)
        stack.enter_context(closing(connection))
        connection.execute("PRAGMA query_only=ON")
        yield connection


def address_for_looking(path: Path, stack: ExitStack) -> str:
    """Return the URI under which a file can be read; a copy it may need is deleted by `stack`."""
    if why_unwritable(path.parent, path.name) is None:
        return f"{_uri(path)}?mode=rw"
    as_it_lies = f"{_uri(path)}?mode=ro"
    if not is_there(path.parent, path.name):
        return as_it_lies
    if not os.access(path, os.R_OK):
        raise StoreUnusable(path.parent, f"you may not read {path.name}; ask its owner")
    return address_of_copy(path, stack) if _must_write(as_it_lies) else as_it_lies


def address_of_copy(path: Path, stack: ExitStack) -> str:
    """Copy a file with what belongs to it to a private folder; give the URI of the copy."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="expense-agent-look-")))
    for _ in range(_MOST_TRIES):
        before = _stamps(path)
        _copy(path, before, folder)
        if _stamps(path) == before:
            return f"{_uri(folder / path.name)}?mode=rw"
    raise StoreUnusable(path.parent, f"{path.name} is written at this moment; try again")


def address_of_none(stack: ExitStack) -> str:
    """Return the URI of a database with nothing in it, to read in place of one that is lost."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="expense-agent-look-")))
    return f"{_uri(folder / 'nothing.db')}?mode=rwc"


def _copy(path: Path, endings: Iterable[str], folder: Path) -> None:
    """Copy what was there a moment ago, over nothing that an earlier try has left."""
    for old in folder.iterdir():
        old.unlink()
    try:
        for ending in endings:
            shutil.copyfile(f"{path}{ending}", folder / f"{path.name}{ending}")
    except FileNotFoundError:
        return  # gone meanwhile: the stamps say so
    except OSError as error:
        reason = f"{path.name} cannot be copied to {folder.parent}: {error.strerror or error}"
        raise StoreUnusable(path.parent, reason) from error


def _stamps(path: Path) -> dict[str, tuple[int, int]]:
    """Say of a file and what belongs to it how long and how old they are."""
    files = {ending: path.with_name(path.name + ending) for ending in _COMPANIONS}
    stats = {ending: file.stat() for ending, file in files.items() if file.exists()}
    return {ending: (found.st_size, found.st_mtime_ns) for ending, found in stats.items()}


def _must_write(address: str) -> bool:
    """Whether SQLite would have to write before it can read."""
    try:
        with closing(sqlite3.connect(address, timeout=BUSY_SECONDS, uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.DatabaseError as error:
        return primary_code(error) in _UNWRITTEN
    return False


def _uri(path: Path) -> str:
    return path.absolute().as_uri()
