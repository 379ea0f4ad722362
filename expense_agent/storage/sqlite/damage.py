"""Damaged files of a store: found by SQLite's own check; checkpoints are set aside, never mended.

The checkpoints are a cache that the ledger rebuilds. Of the ledger nothing is ever moved.
"""

import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.storage.database import Database
from expense_agent.storage.sqlite.file_names import CHECKPOINTS_FILE, LEDGER_FILE
from expense_agent.storage.sqlite.looking import is_damage, is_there, looked_at
from expense_agent.storage.sqlite.private_files import make_private_folder


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
