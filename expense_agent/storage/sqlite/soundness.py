"""SQLite's own judgement of a ledger's file: damage, and a schema that is not ours."""

import sqlite3
from collections.abc import Iterator

from expense_agent.storage.sqlite.schema import definitions, definitions_of_today

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
