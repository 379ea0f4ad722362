"""Two long-lived processes on one store, moved from point to point by the test: a run is a list.

Only one of them moves at a time, so that the same moves give the same run again.
"""

import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.points import AT, DONE, GO_ON, work

PATIENCE_SECONDS = 60
IN_CIRCLES = 8
"""After so many moves to the same point a process waits for the other one."""

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.chaos.points", "tests.chaos.hasty"])


@dataclass(frozen=True)
class Command:
    """The actions of one of the two."""

    arguments: tuple[str, ...]
    folder: Path
    """Of the store, and of what its user remembers."""
    hours_ahead: float = 0


@dataclass
class Run:
    """How far a command has come."""

    points: list[str] = field(default_factory=list)
    code: int | None = None
    said: str = ""
    waited: bool = False
    """Whether it went in circles until the other one moved."""

    @property
    def is_over(self) -> bool:
        return self.code is not None

    @property
    def goes_in_circles(self) -> bool:
        last = self.points[-IN_CIRCLES:]
        return len(last) == IN_CIRCLES and len({point.partition(" ")[2] for point in last}) == 1


class Player:
    """A process that runs commands, one after the other, and stops at every point."""

    def __init__(self, alter: Callable[[], None] | None = None) -> None:
        self._pipe, theirs = processes.Pipe()
        self._process = processes.Process(target=work, args=(theirs, alter), daemon=True)
        self._process.start()
        theirs.close()
        self._next: Any = None
        self.run = Run()

    def begin(self, command: Command) -> None:
        """Take a command; the first move starts it."""
        self._next = (command.arguments, command.folder, command.hours_ahead)
        self.run = Run()

    def move(self) -> None:
        """Go on to the next point, or to the end."""
        self._pipe.send(self._next)
        self._next = GO_ON
        self._hear()

    def finish(self) -> None:
        """Go on to the end."""
        while not self.run.is_over:
            self.move()

    def close(self) -> None:
        with suppress(OSError):
            self._pipe.send(GO_ON)
        self._process.join(5)
        self._process.kill()
        self._pipe.close()

    def _hear(self) -> None:
        if not self._pipe.poll(PATIENCE_SECONDS):
            raise TimeoutError(f"nothing heard after {self.run.points[-1:]}")
        match self._pipe.recv():
            case (kind, name) if kind == AT:
                self.run.points.append(name)
            case (kind, code, said) if kind == DONE:
                self.run.code, self.run.said = code, said


@dataclass
class Pair:
    """Both players, and the moves they made."""

    players: tuple[Player, Player]
    moves: list[int] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    """The faults seen on the way."""
    look: Callable[[], list[str]] = list

    def begin(self, commands: Sequence[Command], look: Callable[[], list[str]] = list) -> None:
        """Take a command each; `look` says after every move what is wrong."""
        self.moves, self.seen, self.look = [], [], look
        for player, command in zip(self.players, commands, strict=True):
            player.begin(command)

    def pause_first_at(self, point: int) -> bool:
        """Let the first come to its n-th point, then the second to its end, then the first.

        The second begins only then: it sees what the first has done. False: the first was at its
        end before it came there.
        """
        first, second = self.players
        while not first.run.is_over and len(first.run.points) < point:
            self._move(0)
        reached = not first.run.is_over
        while not second.run.is_over and not second.run.goes_in_circles:
            self._move(1)
        second.run.waited = not second.run.is_over
        for at in (0, 1):
            while not self.players[at].run.is_over:
                self._move(at)
        return reached

    def interleave(self, chance: random.Random) -> None:
        """Move one or the other, now a step, now some, until both are at their end."""
        while going := [at for at in (0, 1) if not self.players[at].run.is_over]:
            at = chance.choice(going)
            for _ in range(chance.choice((1, 1, 2, 4, 8))):
                if not self.players[at].run.is_over:
                    self._move(at)

    def _move(self, at: int) -> None:
        self.moves.append(at)
        self.players[at].move()
        self.seen += self.look()

    def told(self) -> str:
        """Say how the run went, so that a person can follow it."""
        lines = [f"moves: {''.join('ab'[at] for at in self.moves)}"]
        for name, player in zip("ab", self.players, strict=True):
            run = player.run
            lines += [f"{name} ended with {run.code}: {run.said.strip()}", *run.points]
        return "\n  ".join(lines)


@contextmanager
def a_pair(alter: Callable[[], None] | None = None) -> Iterator[Pair]:
    players = Player(alter), Player(alter)
    try:
        yield Pair(players)
    finally:
        for player in players:
            player.close()
