"""A ledger as it was seen at some moment, and why another one is not taken for it."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Sighting:
    """A ledger as it was at some moment."""

    store: str
    """The id it was made with."""
    restoration: str
    """The id of the newest restoration from a backup; "": it was never restored."""
    seq: int
    """The number of its newest audit event; 0: it had none."""
    hash: str
    """The hash of that event, in hex."""
    runs: int
    """How many payment files it had written."""
    run: str
    """The newest of these; "": none."""

    @property
    def head(self) -> str:
        """The newest event as `audit verify` prints it."""
        return f"{self.seq}:{self.hash}"

    def to_text(self) -> str:
        """Write it down on one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> Self:
        """Read it back; raises KeyError, TypeError or ValueError for anything else."""
        store, restoration, digest = (str(said[key]) for key in ("store", "restoration", "hash"))
        run = str(said["run"])
        return cls(store, restoration, int(said["seq"]), digest, int(said["runs"]), run)


Seen = Callable[[], "Sighting | None"]
"""Gives a ledger as it was committed last, for a neighbour to keep; None: nothing is to be kept."""


def nothing_seen() -> None:
    """Keep nothing of a ledger."""


def sighting_in(text: str) -> Sighting | None:
    """Read what was written down on a line; None for anything else."""
    with suppress(KeyError, TypeError, ValueError):
        return Sighting.from_plain(json.loads(text))
    return None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a ledger is not taken as it is."""

    why: str
    """A sentence; then what is known, and how to go on, on a line each."""
    readable: bool = True
    """Whether the file can be read at all."""

    @property
    def reason(self) -> str:
        """The sentence alone."""
        return self.why.partition("\n")[0]
