"""Facts that decide who may approve, kept once for all requests that have them in common.

It lets 100,000 requests be counted for a person by one pass over an index; nothing is decided by
it.
"""

import json
import threading
from datetime import date

from expense_agent.domain.authority import Asked
from expense_agent.domain.reach import Reach, Standing
from expense_agent.storage.database import Database


class StandingTable:
    """Writes standings down; a row is never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def key(self, asked: Asked) -> int:
        """Return the key of the standing of a request, inside a transaction."""
        standing = Standing.of(asked)
        body = standing.text
        self._database.write(
            "INSERT INTO standings (body, begun) VALUES (?, ?) ON CONFLICT (body) DO NOTHING",
            body,
            int(bool(standing.given)),
        )
        found = self._database.all("SELECT key FROM standings WHERE body = ?", body)
        key: int = found[0]["key"]
        return key


class StandingReader:
    """Knows which standings are within a person's reach, and which have an approval already."""

    def __init__(self, database: Database, reach: Reach) -> None:
        self._database = database
        self.reach = reach
        self._lock = threading.Lock()
        self._day = date.min
        self._newest = 0
        self._within: list[int] = []
        self._begun: list[int] = []

    def within(self, today: date) -> str:
        """Return what the person may approve today as a JSON list of `key * bands + band`."""
        with self._lock:
            self._learn(today)
            return json.dumps(self._within)

    def reached(self, today: date) -> frozenset[int]:
        """Return the same as a set."""
        with self._lock:
            self._learn(today)
            return frozenset(self._within)

    def begun(self, today: date) -> str:
        """Return the standings in which somebody has approved as a JSON list of keys."""
        with self._lock:
            self._learn(today)
            return json.dumps(self._begun)

    def _learn(self, today: date) -> None:
        """Work out what has come since; another day means other delegations."""
        if today != self._day:
            self._day, self._newest, self._within, self._begun = today, 0, [], []
        bands = self.reach.bands
        for row in self._database.all(
            "SELECT key, body FROM standings WHERE key > ? ORDER BY key", self._newest
        ):
            key, standing = row["key"], Standing.from_text(row["body"])
            self._within += [key * bands + band for band in self.reach.within(standing, today)]
            self._begun += [key] if standing.given else []
            self._newest = key
