"""A user's memory of a store, in the user's own folder: it tells when all of it went back.

One file a store, under its id: of each place it was opened at, what was seen there last. A copy
in another place goes its own way; only a place that is gone passes on what was seen there, because
the store may have been moved from it.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from expense_agent.storage.sighting import Sighting, sighting_in
from expense_agent.storage.sqlite.heads import HEAD_FILE, replace_file


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
