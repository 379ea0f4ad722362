"""Every verb against every other one, stopped at every point: money, ledger, threads, queue agree.

`EXPENSE_AGENT_CHAOS=500 pytest tests/chaos/test_interleaving.py` runs the whole table, and 500
races at random. A race is its seed: EXPENSE_AGENT_CHAOS_SEED=<its number> runs a failing one again.
"""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.chaos import hasty
from tests.chaos.pairs import Pair, a_pair
from tests.chaos.trials import Beginnings, Cell, a_trial
from tests.chaos.verbs import STATES
from tests.process.conftest import MEMORY

pytestmark = [pytest.mark.process, pytest.mark.timeout(900)]

CHAOS = os.environ.get("EXPENSE_AGENT_CHAOS")
SEED = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))
CELLS, RACES = 36, int(CHAOS or "20")
MOST_POINTS = 14

TABLE = [
    (name, first, second)
    for name, state in STATES.items()
    for first in state.verbs
    for second in state.verbs
]
SAMPLE = TABLE if CHAOS else random.Random(SEED).sample(TABLE, CELLS)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with a_pair() as players:
        yield players


@pytest.fixture(scope="module")
def beginnings(pair: Pair) -> Iterator[Beginnings]:
    """Yield a store for every state, made when it is first asked for."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Beginnings(pair, Path(folder))


@pytest.mark.parametrize("cell", SAMPLE, ids=", ".join)
def test_whatever_two_do_and_wherever_the_first_stands_all_agree(
    tmp_path: Path, pair: Pair, beginnings: Beginnings, cell: Cell
) -> None:
    at = 0 if CHAOS else random.Random(f"{SEED} {cell}").randint(1, MOST_POINTS)
    reached = True
    while reached:
        at += 1
        with a_trial(pair, beginnings[cell[0]], cell, tmp_path / "run") as trial:
            reached = pair.pause_first_at(at) and bool(CHAOS)
            said = trial.wrong()
        assert not said, f"{cell}, the first stopped at {at}: " + "\n".join(said)


@pytest.mark.parametrize("seed", range(SEED, SEED + RACES))
def test_any_two_interleaved_at_random_agree(
    tmp_path: Path, pair: Pair, beginnings: Beginnings, seed: int
) -> None:
    chance = random.Random(seed)
    name = chance.choice(list(STATES))
    cell = (name, chance.choice(STATES[name].verbs), chance.choice(STATES[name].verbs))
    with a_trial(pair, beginnings[name], cell, tmp_path / "run") as trial:
        pair.interleave(chance)
        said = trial.wrong()
    assert not said, f"{cell}, seed {seed}: " + "\n".join(said)


@pytest.mark.parametrize(
    ("worse", "cell", "at", "red"),
    [
        (hasty.asks_what_is_answered, ("noted pair", "approve", "approve"), 10, "ghost: "),
        (hasty.remarks_take_a_claim, ("waiting", "comment", "edit"), 2, "refused: edit"),
    ],
)
def test_the_same_table_finds_a_build_that_is_worse(
    tmp_path: Path, worse: Callable[[], None], cell: Cell, at: int, red: str
) -> None:
    """Or it would prove nothing. `at`: somewhere before the point it is found at."""
    with a_pair(worse) as pair:
        beginning = Beginnings(pair, tmp_path)[cell[0]]
        said: list[str] = []
        reached = True
        while reached and not any(one.startswith(red) for one in said):
            with a_trial(pair, beginning, cell, tmp_path / "run") as trial:
                reached = pair.pause_first_at(at)
                said = trial.wrong()
            at += 1
    assert reached, f"stopped at none of {at} points it was found"
