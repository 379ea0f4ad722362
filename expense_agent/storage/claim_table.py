"""Tables of what a session holds: claims to run or edit a thread, and leases of edit forms.

Both hold as long as the session lives, which the operating system tells, no clock: a crash locks
nobody out. Nothing is decided by a lease. Sessions are told apart by names that are never reused.
"""

import re
from typing import Protocol

from expense_agent.errors import UnknownInvoice
from expense_agent.ports import Clock, utc
from expense_agent.service.readings import BeingEdited, Held
from expense_agent.storage.database import Database, Row

_NAME = re.compile(r"([0-9]{1,10})-[0-9a-f]{12}")


class Presence(Protocol):
    """One session at a store; it appears there when it first holds something."""

    who: str
    current: str
    """The name of this session; "" as long as it has not appeared."""

    @property
    def name(self) -> str:
        """Return the name of this session, which others can see from then on."""
        ...

    def is_alive(self, name: str) -> bool:
        """Whether the session of this name lives."""
        ...

    def close(self) -> None:
        """Go: what this session holds is held no more."""
        ...


def process_of(name: str) -> int | None:
    """Return the process id in the name of a session; None for no name of ours."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


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


class LeaseTable:
    """Implements ports.EditLeases."""

    def __init__(self, database: Database, clock: Clock, presence: Presence) -> None:
        self._database = database
        self._clock = clock
        self._presence = presence

    def take(self, invoice_id: str, editor: str) -> BeingEdited:
        """Take a lease, unless another editor has it; give whose it is now."""
        if not self._database.one("SELECT 1 FROM invoices WHERE invoice_id = ?", invoice_id):
            raise UnknownInvoice(invoice_id)
        with self._database.transaction():
            there = self._of(invoice_id)
            if there and there.by != editor:
                return there
            since = there.since if there else utc(self._clock.now())
            self._database.write(
                "INSERT INTO edit_leases VALUES (?, ?, ?, ?) ON CONFLICT (invoice_id) DO UPDATE"
                " SET process = excluded.process, editor = excluded.editor,"
                " since = excluded.since",
                *(invoice_id, self._presence.name, editor, since),
            )
        return BeingEdited(invoice_id, editor, since)

    def release(self, invoice_id: str) -> None:
        """End a lease of this session."""
        self._delete("invoice_id = ? AND process = ?", invoice_id, self._presence.current)

    def release_all(self) -> None:
        """Give back every lease of this session."""
        if self._database.one(
            "SELECT 1 FROM edit_leases WHERE process = ?", self._presence.current
        ):
            self._delete("process = ?", self._presence.current)

    def standing(self) -> tuple[BeingEdited, ...]:
        """Return all leases of sessions that live."""
        rows = self._database.all("SELECT * FROM edit_leases ORDER BY since")
        return tuple(_being_edited(row) for row in rows if self._stands(row))

    def of_another(self, invoice_id: str, editor: str) -> BeingEdited | None:
        """Return the lease of somebody else on an invoice."""
        there = self._of(invoice_id)
        return there if there and there.by != editor else None

    def _of(self, invoice_id: str) -> BeingEdited | None:
        row = self._database.one("SELECT * FROM edit_leases WHERE invoice_id = ?", invoice_id)
        return _being_edited(row) if row and self._stands(row) else None

    def _stands(self, row: Row) -> bool:
        return self._presence.is_alive(row["process"])

    def _delete(self, where: str, *values: str) -> None:
        with self._database.transaction():
            self._database.write(f"DELETE FROM edit_leases WHERE {where}", *values)


def _being_edited(row: Row) -> BeingEdited:
    return BeingEdited(row["invoice_id"], row["editor"], row["since"])
