"""The table of claims: who has the right to run or edit a thread, and until when.

A claim that ends later than it could is from before the clock was set back, and void.
"""

from expense_agent.ports import Clock
from expense_agent.storage.database import Database


class ClaimTable:
    """Implements ports.Claims."""

    def __init__(self, database: Database, clock: Clock, seconds: float) -> None:
        self._database = database
        self._clock = clock
        self.seconds = seconds

    def lasting(self) -> tuple[float, float]:
        """Give the times between which a claim that lasts ends, in seconds since the epoch."""
        now = self._clock.now().timestamp()
        return now, now + self.seconds

    def take(self, thread_id: str, owner: str, purpose: str) -> bool:
        """Take the right to run or edit a thread for a while; False when somebody else has it."""
        if self._taken_just_now(thread_id, owner):
            return True
        with self._database.transaction():
            # Only now: whoever wrote while this waited for the lock would seem to be ahead of time.
            now, until = self.lasting()
            changed = self._database.write(
                "INSERT INTO claims VALUES (?, ?, ?, ?) ON CONFLICT (thread_id) DO UPDATE"
                " SET owner = excluded.owner, purpose = excluded.purpose, until = excluded.until"
                " WHERE claims.owner = excluded.owner OR claims.until NOT BETWEEN ? AND ?",
                *(thread_id, owner, purpose, until),
                *(now, until),
            )
        return changed == 1

    def _taken_just_now(self, thread_id: str, owner: str) -> bool:
        """Whether it is there since the decision was written: nothing to write again."""
        _, until = self.lasting()
        row = self._database.one(
            "SELECT until FROM claims WHERE thread_id = ? AND owner = ?", thread_id, owner
        )
        return row is not None and until - self.seconds / 2 < row["until"] <= until

    def renew(self, owner: str) -> None:
        """Let all claims of an owner begin anew; one that others have taken over stays theirs."""
        with self._database.transaction():
            _, until = self.lasting()
            self._database.write("UPDATE claims SET until = ? WHERE owner = ?", until, owner)

    def release(self, thread_id: str, owner: str) -> None:
        """Give the right back."""
        with self._database.transaction():
            self._database.write(
                "DELETE FROM claims WHERE thread_id = ? AND owner = ?", thread_id, owner
            )
