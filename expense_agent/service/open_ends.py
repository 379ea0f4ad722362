"""Threads that are not at rest: cut off, given up, or at work in a session that lives.

Part of the service protocol. Whoever tells of it uses the sentences made here.
"""

from collections.abc import Iterable, Sized
from dataclasses import dataclass, replace

_PURPOSES = {"resume": "decision"}


@dataclass(frozen=True, slots=True)
class Held:
    """A thread that a living session has the right to run."""

    thread_id: str
    invoice_id: str
    by: str
    """The person who acts in that session."""
    process: int
    purpose: str
    """"resume", "edit", "step", "undo", "import", "recovery"."""
    since: str
    """UTC, ISO 8601 with Z."""

    def __str__(self) -> str:
        """Say who, for what and since when: "bob (process 47, import) since 2026-11-30 12:01"."""
        purpose = _PURPOSES.get(self.purpose, self.purpose)
        since = self.since[:16].replace("T", " ")
        return f"{self.by} (process {self.process}, {purpose}) since {since} UTC"


@dataclass(frozen=True, slots=True)
class Stalled:
    """An invoice that has come to a standstill."""

    id: str
    state: str
    """"failed", "received", "deciding", "stepping" or "waiting"."""
    since: str
    """UTC, ISO 8601 with Z."""
    why: str


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """Threads that are not at rest, by invoice id."""

    cut_off: tuple[str, ...] = ()
    """Nobody is at them: `recover` finishes them."""
    failed: tuple[str, ...] = ()
    """They broke off too often to be tried again by themselves."""
    held: tuple[Held, ...] = ()

    def still(self, later: "OpenEnds") -> "OpenEnds":
        """Return what a later look has seen, and as cut off only what both have."""
        both = tuple(one for one in later.cut_off if one in self.cut_off)
        return replace(later, cut_off=both)

    @property
    def problems(self) -> list[str]:
        """Say what somebody should do something about."""
        said = []
        if self.cut_off:
            said.append(f"{_were(self.cut_off)} cut off: run `recover`")
        if self.failed:
            why = "`recover` tries again, `queue --view stalled` says more"
            said.append(f"{_were(self.failed)} given up: {why}")
        return said

    @property
    def sentences(self) -> list[str]:
        """Say all of it."""
        return [*self.problems, *held_sentences(self.held)]


def held_sentences(held: Iterable[Held]) -> list[str]:
    """Say what is held, by each session in one sentence, and how to go on where it hangs."""
    by_session: dict[tuple[str, int, str], list[Held]] = {}
    for one in held:
        by_session.setdefault((one.by, one.process, one.purpose), []).append(one)
    way_on = "if that process hangs, end it and run `recover`"
    return [f"{_are(several)} held by {several[0]}: {way_on}" for several in by_session.values()]


def _were(ids: Sized) -> str:
    return "1 invoice was" if len(ids) == 1 else f"{len(ids)} invoices were"


def _are(ids: Sized) -> str:
    return "1 invoice is" if len(ids) == 1 else f"{len(ids)} invoices are"
