"""Whether a ledger is the one this store has seen last; if not, what is known of it.

A user's own folder remembers, too: it tells when all files of a store were rolled back together.

One file a store, under its id: of each place it was opened at, what was seen there last. A copy
in another place goes its own way; only a place that is gone passes on what was seen there, because
the store may have been moved from it.

Opening never takes an empty ledger, or one of yesterday, for good: what it has forgotten would be
paid again. Where there is doubt the store can be read, and a person is told how to go on.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from expense_agent.storage.sighting import Doubt, Sighting, sighting_in
from expense_agent.storage.sqlite.looking import is_damage
from expense_agent.storage.sqlite.witnesses import (
    HEAD_FILE,
    Witness,
    contains,
    contents,
    replace_file,
    sighting_of,
    unknown_threads,
    witnesses,
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The head seen at one place."""

    seen: Sighting
    restorations: tuple[str, ...]
    """Ids of those that were met, in order; the last one is that of `seen`."""


class Recollection:
    """One user's memory of one store; a folder that cannot be used remembers nothing."""

    def __init__(self, folder: Path, store: str, ledger: Path) -> None:
        self._file = folder / f"{store}.json"
        self._store = store
        self._ledger = str(ledger.resolve())

    def recall(self) -> Mapping[str, Remembered]:
        """Return what was seen of the ledger here, by place; of its origin, if it is new here.

        Nothing, while the store is still in another place: then this one is a copy.
        """
        there = self._read()
        if self._ledger in there:
            return {self._ledger: there[self._ledger]}
        return {} if any(map(self._is_still_at, there)) else there

    def all(self) -> list[Sighting]:
        """Return what was seen of the store in any place."""
        return [remembered.seen for remembered in self._read().values()]

    def keep(self, seen: Sighting) -> None:
        """Remember what is seen now."""
        there = self._read()
        before = there.pop(self._ledger, None)
        if before and before.seen == seen:
            return
        met = before.restorations if before else ()
        others = (one for one in met if one != seen.restoration)
        now = Remembered(seen, (*others, seen.restoration))
        kept = {place: one for place, one in there.items() if self._is_still_at(place)}
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        plain = {place: asdict(one) for place, one in {**kept, self._ledger: now}.items()}
        replace_file(self._file, json.dumps(plain))

    def _is_still_at(self, ledger: str) -> bool:
        """Whether this store, and no other, is in a place; without a head file any will do."""
        place = Path(ledger)
        try:
            seen = sighting_in(place.with_name(HEAD_FILE).read_text(encoding="utf-8"))
            return place.exists() and (seen is None or seen.store == self._store)
        except OSError:
            return place.exists()

    def _read(self) -> dict[str, Remembered]:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            plain = json.loads(self._file.read_text(encoding="utf-8"))
            return {place: _remembered(one) for place, one in plain.items()}
        return {}


def _remembered(plain: dict[str, Any]) -> Remembered:
    return Remembered(Sighting.from_plain(plain["seen"]), tuple(plain["restorations"]))


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
