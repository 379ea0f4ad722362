"""The ledger's schema: scripts that bring a file from one version to the next."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sqlite.store_files import LEDGER_FILE

APPLICATION_ID = 0x45584147  # "EXAG"
MIGRATIONS = ("schema_sqlite.sql", "schema_2.sql")
"""Scripts in the folder above, in order: the n-th takes a store from version n - 1 to n."""
SCHEMA_VERSION = len(MIGRATIONS)
_SCRIPTS = Path(__file__).parents[1]


def is_of_today(connection: sqlite3.Connection) -> bool:
    """Whether a file is a ledger of this version; a look that takes no lock."""
    return _marks_of(connection) == (APPLICATION_ID, len(MIGRATIONS))


def version_of(connection: sqlite3.Connection, folder: Path) -> int:
    """Return the version of a ledger, 0 for an empty file; raises StoreUnusable for any other."""
    application, version = _marks_of(connection)
    if (application, version) == (0, 0) and not connection.execute(_TABLES).fetchall():
        return 0
    if application != APPLICATION_ID:
        raise StoreUnusable(folder, f"{LEDGER_FILE} belongs to another program")
    if version > len(MIGRATIONS):
        known = len(MIGRATIONS)
        reason = f"it has schema {version}, this program knows {known}: update the program"
        raise StoreUnusable(folder, reason)
    return version


def migrate_once(connection: sqlite3.Connection, folder: Path) -> bool:
    """Run the next script, together with the version it makes; False when there is none.

    The caller has begun a transaction.
    """
    version = version_of(connection, folder)
    if version == len(MIGRATIONS):
        return False
    for statement in statements(MIGRATIONS[version]):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={version + 1}")
    return True


def is_older(connection: sqlite3.Connection, folder: Path) -> bool:
    """Whether a file is a ledger of an earlier version."""
    return 0 < version_of(connection, folder) < len(MIGRATIONS)


def statements(script: str) -> Iterator[str]:
    """Split a migration so that it runs inside one transaction (executescript commits first)."""
    statement = ""
    for line in (_SCRIPTS / script).read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    yield statement


def definitions(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the tables and guards of a file as they were written, by name."""
    return dict(connection.execute(_DEFINITIONS).fetchall())


def definitions_of_today() -> dict[str, str]:
    """Return the tables and guards that the migrations make."""
    fresh = sqlite3.connect(":memory:")
    try:
        for script in MIGRATIONS:
            for statement in statements(script):
                fresh.execute(statement)
        return definitions(fresh)
    finally:
        fresh.close()


def _marks_of(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return the application id and the schema version of a file."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    )
    return application, version


_TABLES = "SELECT 1 FROM sqlite_schema"
_DEFINITIONS = (
    "SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
)
