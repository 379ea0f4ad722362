"""A day that is killed again and again, each time begun anew: one trial is its seed.

Where nothing is committed between two points a kill at either leaves the same files, so half of
the kills fall on a commit, the others on any statement.
"""

import asyncio
import multiprocessing
import random
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.chaos.verdict import verdict_on
from tests.process import scenario
from tests.process.conftest import MEMORY

MOST_KILLS = 6
FEWEST_COMMITS = 5
PATIENCE_SECONDS = 60
COMMIT, ANY = "COMMIT", ""

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.scenario", "tests.chaos.mutants"])

Alter = Callable[[], None]
Kill = tuple[str, int]


def day(
    store: Path,
    kill: Kill = (ANY, 0),
    steps: Sequence[str] = scenario.STEPS,
    alter: Alter | None = None,
    seen: Any = None,
) -> bool:
    """Work through the steps in a process of its own; give whether it lived to the end."""
    child = processes.Process(target=scenario.run, args=(steps, str(store), kill, seen, alter))
    child.start()
    child.join(PATIENCE_SECONDS)
    if child.is_alive():
        child.kill()
        raise TimeoutError(f"a day that was to be killed at {kill} came to no end")
    assert child.exitcode in (0, -signal.SIGKILL), f"killed at {kill}: {child.exitcode}"
    return child.exitcode == 0


def lengths() -> dict[str, int]:
    """Count the statements and the commits of a day that nobody kills."""
    counts = {}
    for word in (ANY, COMMIT):
        seen = processes.Value("i", 0)
        with TemporaryDirectory(dir=MEMORY) as folder:
            assert day(Path(folder) / "store", (word, 0), seen=seen)
        counts[word] = int(seen.value)
    return counts


def trial(store: Path, seed: int, lengths: dict[str, int], alter: Alter | None = None) -> list[str]:
    """Kill a day up to six times, then let it end; give what is wrong with what it left."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, MOST_KILLS)):
        word = chance.choice((COMMIT, ANY))
        # The work left gets less, so that early kills hit recovery and late ones nothing.
        day(store, (word, chance.randint(1, round(lengths[word] * chance.uniform(0.05, 1.1)))),
            alter=alter)  # fmt: skip
    # A step whose request was not open yet is done the second time.
    assert day(store, alter=alter, steps=(*scenario.STEPS, *scenario.STEPS, "recover"))
    return asyncio.run(verdict_on(store, scenario.ENDS, scenario.PAID))


def sweep(folder: Path, step: str, alter: Alter | None = None) -> Iterator[list[str]]:
    """Kill one step at each of its commits in turn; give what is wrong once all is recovered."""
    begun, number = folder / "begun", scenario.REQUESTS[step][0]
    assert day(begun, steps=(f"take_in {number}",), alter=alter)
    at, lived = 0, False
    while not lived:
        at += 1
        store = shutil.copytree(begun, folder / str(at))
        lived = day(store, (COMMIT, at), (step,), alter)
        assert day(store, steps=("recover",), alter=alter)
        yield asyncio.run(verdict_on(store, {}))
    assert at > FEWEST_COMMITS, f"{step} was killed at {at - 1} commits only"
