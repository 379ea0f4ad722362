"""Damage to the files of a store, found by SQLite's own check.

A ledger that is damaged, or whose schema is not ours, is refused and nothing of it is moved;
checkpoints are set aside, since the ledger can rebuild them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.storage.database import Database
from expense_agent.storage.sqlite.looking import is_damage, is_there, looked_at
from expense_agent.storage.sqlite.schema import definitions, definitions_of_today
from expense_agent.storage.sqlite.store_files import (
    CHECKPOINTS_FILE,
    LEDGER_FILE,
    make_private_folder,
)

SQLITE_VERSION = sqlite3.sqlite_version
HAS_WAL_RESET_BUG = sqlite3.sqlite_version_info < (3, 51, 3)
"""The ledger does not use WAL, the checkpoints do."""


def faults_of(connection: sqlite3.Connection) -> Iterator[str]:
    """Say what is damaged, and which table or guard is not as the migrations make it."""
    yield from _damage(connection)
    yield from _schema(connection)


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if said != "ok":
            yield f"damaged: {said}"


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Compare tables and guards with what the migrations make: a dropped guard guards nothing."""
    wanted, there = definitions_of_today(), definitions(connection)
    for name in sorted(wanted.keys() | there.keys()):
        if wanted.get(name) != there.get(name):
            yield f"the schema was changed: {name}"


def damage_of(path: Path) -> list[str]:
    """Say what is wrong with a SQLite file; nothing for a whole or a missing one."""
    if not is_there(path.parent, path.name):
        return []
    try:
        with looked_at(path) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise StoreUnusable(path.parent, f"{path.name}: {error}") from error
        said = [str(error)]
    return [f"{path.name}: {line}" for line in said if line != "ok"]


def set_aside(database: Database, now: datetime) -> Path | None:
    """Rename damaged checkpoints, so that new ones are begun; give the new name, if that was done.

    Under the ledger's lock, so that of two that find the damage one does it.
    """
    path = database.folder / CHECKPOINTS_FILE
    with database.transaction():
        if not damage_of(path):
            return None
        aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%S%f}Z")
        # Journal and log first: they must not meet a new file.
        for ending in ("-journal", "-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(f"{aside}{ending}")
        make_private_folder(database.folder)
    return aside


def refuse_damaged(database: Database) -> None:
    """Refuse to act on a ledger that SQLite finds damaged; raises StoreUnusable."""
    found = damage_of(database.folder / LEDGER_FILE)
    if found:
        raise StoreUnusable(database.folder, f"{found[0]}; put back a backup of the ledger")
