"""Whether a ledger is the one this store has seen last; if not, what is known of that one.

Opening never takes an empty ledger, or one of yesterday, for good: what it has forgotten would be
paid again. Where there is doubt the store can be read, and a person is told how to go on.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from expense_agent.storage.sighting import Doubt, Sighting
from expense_agent.storage.sqlite.heads import contains, sighting_of
from expense_agent.storage.sqlite.looking import is_damage
from expense_agent.storage.sqlite.recollection import Recollection, Remembered
from expense_agent.storage.sqlite.witnesses import Witness, contents, unknown_threads, witnesses

_PUT_BACK = "put the right {ledger} back, or run `store restore FILE` with a backup"
_GO_ON = (
    "; to go on with this one, make a backup of it and restore that: pay-run then asks for the"
    " payment files written since"
)
_BEGIN_ANEW = "; a new store begins in another folder"


@dataclass(frozen=True, slots=True)
class Identity:
    """Knows where a store keeps what it has seen of its ledger."""

    ledger: Path
    checkpoints: str
    sources: str
    memory: Path | None
    """The folder of what this user has seen; None: nothing is remembered."""

    def doubt(self, connect: Callable[[], sqlite3.Connection]) -> Doubt | None:
        """Say why the ledger cannot be trusted, or None; `connect` opens it.

        Whoever has seen it is asked first: it only grows, so what they have seen is in it.
        """
        asked = witnesses(self.ledger.parent, self.checkpoints, self.sources)
        if not self.ledger.exists():
            return self._lost(asked, "is missing")
        if not self.ledger.stat().st_size:
            return self._lost(asked, "is empty")
        try:
            connection = connect()
            if not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
                return self._lost(asked, "is empty")
        except sqlite3.DatabaseError as error:
            lost = self._lost(asked, f"cannot be read ({error})") if is_damage(error) else None
            if lost is None:
                raise
            return lost
        return self._doubt(connection, asked)

    def remember(self, seen: Sighting) -> None:
        """Let this user remember what was seen."""
        if self.memory:
            Recollection(self.memory, seen.store, self.ledger).keep(seen)

    def exchanged(self, seen: Sighting) -> str:
        """Say that the ledger was exchanged under an open session, which had seen this of it."""
        what = f"{self.ledger.name} was exchanged while it was open"
        return self._told(what, [Witness("this session", seen)], _GO_ON)

    def _lost(self, asked: Sequence[Witness], how: str) -> Doubt | None:
        if not asked:
            return None
        where = _listed(witness.where for witness in asked)
        what = f"{self.ledger.name} {how}, and {where} can only come from one that was here"
        return Doubt(self._told(what, asked, _BEGIN_ANEW), readable=False)

    def _doubt(self, connection: sqlite3.Connection, asked: Sequence[Witness]) -> Doubt | None:
        mine = sighting_of(connection)
        if mine is None:
            return self._older(connection, asked)
        return self._behind(connection, mine, asked)

    def _older(self, connection: sqlite3.Connection, asked: Sequence[Witness]) -> Doubt | None:
        """Look at a ledger of the version before ledgers knew themselves."""
        if not connection.execute(_IS_OURS).fetchone()[0]:
            return None  # of another program: refused as such
        name, known = self.ledger.name, [witness for witness in asked if witness.seen]
        if known:
            where = _listed(witness.where for witness in known)
            what = f"{name} is of an older version of the program than {where}"
            return Doubt(self._told(what, asked, _GO_ON))
        path = self.ledger.with_name(self.checkpoints)
        if lacking := unknown_threads(path, connection):
            what = f"{name} does not know {lacking} of the threads in {self.checkpoints}"
            return Doubt(self._told(what, asked, _GO_ON))
        return None

    def _behind(
        self, connection: sqlite3.Connection, mine: Sighting, asked: Sequence[Witness]
    ) -> Doubt | None:
        restorations = [row[0] for row in connection.execute(_RESTORATIONS)]
        against = [
            (witness, reason)
            for witness in asked
            if witness.seen and (reason := _unlike(connection, mine, witness.seen, restorations))
        ]
        against += self._forgotten(connection, mine)
        if not against:
            return None
        newest, reason = max(against, key=lambda one: one[0].seen.seq if one[0].seen else 0)
        where = _listed(witness.where for witness, said in against if said == reason)
        what = f"{self.ledger.name} is not the one {where} saw last: {reason}"
        return Doubt(self._told(what, [*asked, newest], _GO_ON))

    def _forgotten(
        self, connection: sqlite3.Connection, mine: Sighting
    ) -> Iterator[tuple[Witness, str]]:
        """Compare with what this user has seen, and with the newest payment file of its own."""
        if self.memory:
            recollection = Recollection(self.memory, mine.store, self.ledger)
            yield from _recalled(connection, mine, recollection, self.ledger)
        for run, head in connection.execute(_NEWEST_RUN):
            seq, _, digest = head.partition(":")
            if not seq.isdecimal():
                continue  # not what we wrote: `audit verify` says so
            seen = Sighting(mine.store, mine.restoration, int(seq), digest, mine.runs, run)
            if not contains(connection, seen):
                reason = f"it lacks event {seq}, which that names"
                yield Witness(f"payment run {run}", seen), reason

    def _told(self, what: str, asked: Sequence[Witness], otherwise: str) -> str:
        known = contents(self.ledger.parent, self.checkpoints, self.sources)
        seen = [witness.seen for witness in asked if witness.seen]
        if seen:
            newest = max(seen, key=lambda one: one.seq)
            known += [f"newest head {newest.head}", f"newest payment run {newest.run or 'none'}"]
        put_back = _PUT_BACK.format(ledger=self.ledger.name)
        return f"{what}\nknown: {', '.join(known)}\nto go on: {put_back}{otherwise}"


def _recalled(
    connection: sqlite3.Connection, mine: Sighting, recollection: Recollection, ledger: Path
) -> Iterator[tuple[Witness, str]]:
    """Compare with what was seen here; of places it may be from, one that fits is enough."""
    against = []
    for place, remembered in recollection.recall().items():
        reason = _unlike_remembered(connection, mine, remembered)
        if reason is None:
            return
        here = place == str(ledger.resolve())
        where = "you" if here else f"you, in {Path(place).parent},"
        against.append((Witness(where, remembered.seen), reason))
    yield from against


def _unlike_remembered(
    connection: sqlite3.Connection, mine: Sighting, remembered: Remembered
) -> str | None:
    """Compare with what was seen; a restoration new to this user explains whatever is gone."""
    if mine.restoration not in remembered.restorations:
        return None
    return _unlike(connection, mine, remembered.seen, [mine.restoration])


def _unlike(
    connection: sqlite3.Connection, mine: Sighting, seen: Sighting, restorations: Sequence[str]
) -> str | None:
    if seen.store != mine.store:
        return f"it belongs to store {mine.store[:8]}, not to {seen.store[:8]}"
    if seen.restoration not in ("", *restorations):
        return "it is from before the store was restored"
    if seen.restoration != mine.restoration or contains(connection, seen):
        return None
    if seen.seq > mine.seq:
        return f"it ends with event {mine.seq}, that one had event {seen.seq}"
    return f"its event {seen.seq} is another one"


def _listed(names: Iterator[str]) -> str:
    *others, last = dict.fromkeys(names)
    return f"{', '.join(others)} and {last}" if others else last


_IS_OURS = "SELECT count(*) > 1 FROM sqlite_schema WHERE name IN ('invoices', 'audit')"
_RESTORATIONS = "SELECT restoration FROM restorations"
_NEWEST_RUN = """
SELECT run_id, head FROM payment_runs WHERE run_id NOT IN (SELECT run_id FROM given_back)
ORDER BY rowid DESC LIMIT 1
"""
