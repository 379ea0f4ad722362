"""One run of an interleaving: two commands on a copy of a store, and what is wrong afterwards."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from tests.chaos.laws import broken, ghosts, untold
from tests.chaos.pairs import Pair
from tests.chaos.verbs import NAMES, STATES, Beginning, begin, command, done

Cell = tuple[str, str, str]
"""A state, what the first does, what the second does."""


class Beginnings(dict[str, Beginning]):
    def __init__(self, pair: Pair, folder: Path) -> None:
        super().__init__()
        self._player, self._folder = pair.players[0], folder

    def __missing__(self, name: str) -> Beginning:
        self[name] = begin(self._player, STATES[name], self._folder / name)
        return self[name]


@dataclass
class Trial:
    """Two who act on a copy of a store."""

    pair: Pair
    cell: Cell
    copied: Beginning
    ledger: sqlite3.Connection

    @property
    def store(self) -> Path:
        return self.copied.folder / "store"

    def wrong(self) -> list[str]:
        """Say what is wrong in the end; then somebody recovers, and nothing may change."""
        name, *verbs = self.cell
        first, second = (player.run for player in self.pair.players)
        said = [*self.pair.seen, *broken(self.store)]
        said += untold(self.store, name, (verbs[0], verbs[1]), (first, second))
        told, before = self.pair.told(), self._newest()
        recovering = command(self.copied.folder, "rita", "recover", "--json")
        recovered = done(self.pair.players[0], recovering)
        if recovered["finished"] or recovered["failed"] or self._newest() != before:
            said += [f"left to recover: {recovered}", *broken(self.store)]
        return [*said, told] if said else []

    def _newest(self) -> object:
        sql = "SELECT max(seq), (SELECT group_concat(status) FROM invoices) FROM audit"
        return self.ledger.execute(sql).fetchone()


@contextmanager
def a_trial(pair: Pair, beginning: Beginning, cell: Cell, to: Path) -> Iterator[Trial]:
    name, *verbs = cell
    copied = beginning.copied(to)
    commands = [copied.command(v, who, STATES[name]) for v, who in zip(verbs, NAMES, strict=True)]
    with closing(sqlite3.connect(to / "store" / LEDGER_FILE)) as ledger:
        pair.begin(commands, partial(ghosts, ledger))
        yield Trial(pair, cell, copied, ledger)
    shutil.rmtree(to)
