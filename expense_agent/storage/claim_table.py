"""The table of claims: which session has the right to run or edit a thread.

A claim holds as long as its session lives: the operating system tells, no clock.
"""

from expense_agent.ports import Clock, utc
from expense_agent.service.open_ends import Held
from expense_agent.storage.database import Database, Row
from expense_agent.storage.presence import Presence, process_of

_ALL = """
SELECT c.*, coalesce(i.invoice_id, '') AS invoice_id
FROM claims c LEFT JOIN invoices i ON i.thread_id = c.thread_id
"""


class ClaimTable:
    """Implements ports.Claims."""

    def __init__(self, database: Database, clock: Clock, presence: Presence) -> None:
        self._database = database
        self._clock = clock
        self._presence = presence
        self._left: set[str] = set()
        """Owners of this session who are at nothing any more, though their rows may stand."""

    def take(self, thread_id: str, owner: str, purpose: str) -> bool:
        """Take the right to run or edit a thread; False when somebody else has it."""
        if self._has(thread_id, owner):
            return True
        with self._database.transaction():
            if self.holder(thread_id):
                return False
            self._database.write(
                "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (thread_id) DO UPDATE"
                " SET process = excluded.process, owner = excluded.owner,"
                " holder = excluded.holder, purpose = excluded.purpose, since = excluded.since",
                *(thread_id, self._presence.name, owner, self._presence.who, purpose),
                utc(self._clock.now()),
            )
        return True

    def holder(self, thread_id: str) -> Held | None:
        """Return who has the right to a thread; None: nobody who lives."""
        row = self._database.one(f"{_ALL} WHERE c.thread_id = ?", thread_id)
        if row is None or row["owner"] in self._left:
            return None
        return _held(row) if self._presence.is_alive(row["process"]) else None

    def parted(self) -> tuple[tuple[Held, ...], list[str]]:
        """Return the claims that hold, oldest first, and the threads of those that are void."""
        rows = self._database.all(f"{_ALL} ORDER BY c.since, c.thread_id")
        alive = {name: self._presence.is_alive(name) for name in {row["process"] for row in rows}}
        holding = [alive[row["process"]] and row["owner"] not in self._left for row in rows]
        held = tuple(_held(row) for row, holds in zip(rows, holding, strict=True) if holds)
        void = [row["thread_id"] for row, holds in zip(rows, holding, strict=True) if not holds]
        return held, void

    def held(self) -> tuple[Held, ...]:
        """Return every claim that holds, the oldest first."""
        return self.parted()[0]

    def release(self, thread_id: str, owner: str) -> None:
        """Release the right, unless it was left to recovery."""
        if owner in self._left:
            return
        with self._database.transaction():
            self._database.write(
                "DELETE FROM claims WHERE thread_id = ? AND owner = ?", thread_id, owner
            )

    def leave(self, owner: str) -> None:
        """Hold nothing more for an owner; its rows stay, for recovery to find what was cut off."""
        self._left.add(owner)

    def _has(self, thread_id: str, owner: str) -> bool:
        """Whether it is there since the decision was written: nothing to write again."""
        return bool(
            self._database.one(
                "SELECT 1 FROM claims WHERE thread_id = ? AND owner = ?", thread_id, owner
            )
        )


def _held(row: Row) -> Held:
    return Held(
        row["thread_id"],
        row["invoice_id"],
        row["holder"],
        process_of(row["process"]) or 0,
        row["purpose"],
        row["since"],
    )
