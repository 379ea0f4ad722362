"""Schemas of edits, kept once for all requests that show the same form.

A schema is named by its own hash, which the seal of a request vouches for.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from expense_agent.errors import LedgerTampered
from expense_agent.storage.database import Database


class EditSchemas:
    """Writes and reads JSON schemas; one that was read is remembered, because it never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Mapping[str, Any]] = {}

    def keep(self, schema: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Write a schema down inside a transaction; give its name, and the seal of a new one."""
        body = json.dumps(schema, ensure_ascii=False)  # as it is: in the order of the form
        name = _name_of(body)
        seal = self._database.insert("edit_schemas", name=name, body=body)
        return name, [seal] if seal else []

    def get(self, name: str) -> Mapping[str, Any]:
        """Return a schema; raises LedgerTampered when it is not what was written down."""
        found = self._known.get(name)
        if found is None:
            row = self._database.one("SELECT body FROM edit_schemas WHERE name = ?", name)
            if row is None or _name_of(row["body"]) != name:
                raise LedgerTampered(f"the edit schema {name} is not what was written down")
            found = self._known[name] = json.loads(row["body"])
        return found


def _name_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]
