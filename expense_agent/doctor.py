"""What `doctor` looks at: versions, permissions, damage, and what waits to be recovered."""

import sqlite3
import stat
import sys
from importlib.metadata import version
from typing import Any

from expense_agent import __version__
from expense_agent.books import open_books
from expense_agent.settings import Settings
from expense_agent.storage.database import CHECKPOINTS_FILE, LEDGER_FILE, SCHEMA_VERSION

_WAL_SAFE = (3, 51, 3)
"""First SQLite without the WAL-reset bug; the ledger does not use WAL, the checkpoints do."""
_PACKAGES = ("langgraph", "langgraph-checkpoint-sqlite", "textual", "pydantic")


def examine(settings: Settings) -> dict[str, Any]:
    """Look the store over; `problems` is what a person should do something about."""
    books = open_books(settings)
    try:
        unfinished, proof = books.unfinished(), books.verify()
    finally:
        books.release()
    files = (LEDGER_FILE, CHECKPOINTS_FILE)
    damage = [f"{name}: {what}" for name in files for what in _damage(settings, name)]
    open_to_others = [f"others can read {path}" for path in _readable_by_others(settings)]
    problems = [*damage, *open_to_others, *proof.findings]
    if unfinished:
        problems.append(f"{len(unfinished)} invoices were cut off: run `recover`")
    return {
        "ok": not problems,
        "version": __version__,
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in _PACKAGES},
        "store": str(settings.store),
        "schema": SCHEMA_VERSION,
        "unfinished": unfinished,
        "events": proof.events,
        "payments": proof.payments,
        "wal_reset_bug": sqlite3.sqlite_version_info < _WAL_SAFE,
        "problems": problems,
    }


def _damage(settings: Settings, name: str) -> list[str]:
    try:
        with sqlite3.connect(f"file:{settings.store / name}?mode=ro", uri=True) as connection:
            said = [row[0] for row in connection.execute("PRAGMA quick_check")]
        connection.close()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for line in said if line != "ok"]


def _readable_by_others(settings: Settings) -> list[str]:
    paths = [settings.store, *settings.store.glob("*.db*")]
    return [str(path) for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
