"""The table of restorations: when the store was put back from a backup, and what is open since.

What came after the backup is forgotten; some of it has left for the bank. Nothing is exported
until the payment files of that time are given back, or people have stated that there are no more.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from expense_agent.ports import Clock, utc
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A time that was forgotten, and what is known of its payment files."""

    restoration: str
    from_head: str
    """The newest event of the backup."""
    restored_at: str
    expected: int | None
    """How many files were written, as far as anybody knows; None: nobody does."""
    given: int
    """How many of them were given back."""
    stated_by: tuple[str, ...]
    """The people who said that there are no more."""
    needed: int
    """How many people must say so."""

    def after(self, earlier: "Forgotten") -> "Forgotten":
        """Take what is open of an earlier time along."""
        known = None not in (self.expected, earlier.expected)
        expected = (self.expected or 0) + (earlier.expected or 0) if known else None
        return replace(self, expected=expected, given=self.given + earlier.given)

    @property
    def is_closed(self) -> bool:
        """Whether all is given back that was written, or enough people say that all is.

        That no file is known to be missing does not do: nobody may have seen it.
        """
        all_given = bool(self.expected) and self.given >= (self.expected or 0)
        return all_given or len(self.stated_by) >= self.needed

    @property
    def sentence(self) -> str:
        """Say what pay-run waits for, and how to go on."""
        since = f"restored from event {self.from_head.partition(':')[0]} on {self.restored_at[:10]}"
        stated = f" ({', '.join(self.stated_by)} has: another must, too)" if self.stated_by else ""
        none = f"`store reconcile --none --reason T` says that there are no more{stated}"
        return f"{since}: pay-run waits for {self._files}: `store reconcile FILE...`; {none}"

    @property
    def _files(self) -> str:
        if self.expected:
            files = "payment file" if self.expected == 1 else "payment files"
            return f"{self.expected} {files} written since the backup, {self.given} given back"
        return f"the payment files written since the backup, {self.given} given back"


class RestorationTable:
    """Writes and reads restorations."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def add(
        self, from_head: str, known_head: str | None, expected: int | None, by: str, reason: str
    ) -> str:
        """Write down that the ledger was put back as it was at a head; give the new id."""
        restoration = secrets.token_hex(16)
        last = self._database.all("SELECT coalesce(max(ordinal), 0) AS n FROM restorations")[0]
        with self._database.transaction():
            seal = self._database.insert(
                "restorations",
                ordinal=last["n"] + 1,
                restoration=restoration,
                from_head=from_head,
                known_head=known_head,
                expected=expected,
                restored_by=by,
                reason=reason,
                restored_at=utc(self._clock.now()),
            )
            self._trail.append(
                by, "restored", None, rows=[seal], restoration=restoration, from_head=from_head,
                known_head=known_head, expected=expected, reason=reason,
            )  # fmt: skip
        return restoration

    def state_no_more(self, restoration: str, by: str, reason: str, needed: int) -> None:
        """Write down that somebody says that no more files were written."""
        with self._database.transaction():
            seal = self._database.insert(
                "no_more_files",
                restoration=restoration,
                stated_by=by,
                reason=reason,
                needed=needed,
                stated_at=utc(self._clock.now()),
            )
            self._trail.append(
                by, "stated_no_more_files", None, rows=[seal], restoration=restoration,
                reason=reason, needed=needed,
            )  # fmt: skip

    def newest(self) -> Forgotten | None:
        """Return the newest restoration; None: there was never one."""
        found = self._all()
        return found[-1] if found else None

    def open(self) -> Forgotten | None:
        """Return what pay-run waits for; None: nothing.

        Files count for all restorations since the last that was closed: which of two forgotten
        times a file is from can no longer be told.
        """
        waits: Forgotten | None = None
        for one in self._all():
            waits = one.after(waits) if waits else one
            if waits.is_closed:
                waits = None
        return waits

    def _all(self) -> list[Forgotten]:
        restorations = self._database.all(_ALL)
        if not restorations:
            return []
        stated: dict[str, list[tuple[str, int]]] = {}
        for row in self._database.all("SELECT * FROM no_more_files ORDER BY stated_at, stated_by"):
            stated.setdefault(row["restoration"], []).append((row["stated_by"], row["needed"]))
        return [
            Forgotten(
                row["restoration"], row["from_head"], row["restored_at"], row["expected"],
                row["given"], *_said(stated.get(row["restoration"], ())),
            )
            for row in restorations
        ]  # fmt: skip


def _said(stated: Sequence[tuple[str, int]]) -> tuple[tuple[str, ...], int]:
    return tuple(by for by, _ in stated), max((needed for _, needed in stated), default=1)


_ALL = """
SELECT r.*, (SELECT count(*) FROM given_back g WHERE g.restoration = r.restoration) AS given
FROM restorations r ORDER BY r.ordinal
"""
