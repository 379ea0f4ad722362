"""kill -9 while answers are taken back and payments leave: nothing twice, nothing half.

`EXPENSE_AGENT_CHAOS=1` kills at every commit and every third statement, not at a sample.
"""

import asyncio
import csv
import multiprocessing
import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from expense_agent.domain.payment_run import CSV
from expense_agent.service import OpenEnds
from tests.agents import queue, reject, take, waiting
from tests.builders import an_invoice
from tests.process import leaving, scenario

pytestmark = pytest.mark.process

ALL = "EXPENSE_AGENT_CHAOS" in os.environ
SAMPLE = 6
COMMIT, ANY = "COMMIT", ""
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.leaving"])


async def prepare(store: Path) -> None:
    agent = scenario.person(store, "clerk")
    await take(agent, *(an_invoice("90.00 EUR", number=f"R-{n}") for n in range(4)))
    await take(agent, an_invoice("700.00 EUR", number="NO"))
    await reject(agent, waiting(agent, "NO"))
    await agent.close()


def worked(store: Path, kill: tuple[str, int]) -> int:
    """Let a child work until it is killed; give how many statements it ran if it was not."""
    seen = processes.Value("i", -1)
    output = str(store.parent / "first.csv")
    child = processes.Process(target=leaving.work, args=(str(store), output, kill, seen))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), f"killed at {kill}: {child.exitcode}"
    return int(seen.value)


def sent(folder: Path) -> list[str]:
    """Return the end-to-end ids of all files, those of a run that was written twice once."""
    files = {file.read_bytes() for file in folder.glob("*.csv")}
    rows = (csv.reader(content.decode().splitlines()[1:]) for content in files)
    return [row[1] for several in rows for row in several]


async def check(store: Path) -> None:
    agent = scenario.person(store, "auditor")
    try:
        assert (await agent.recover()).failed == ()
        assert agent.open_ends() == OpenEnds()
        for number in range(3):
            agent.treasury.run(store.parent / f"later-{number}.csv", format=CSV)
        assert agent.verify().findings == ()
        payments = agent.payments()
        gone = [p.end_to_end_id or "" for p in payments if p.status == "exported"]
        assert sorted(sent(store.parent)) == sorted(gone)
        statuses = sorted(p.status for p in payments)
        assert statuses in (["exported"] * 4, ["exported"] * 3 + ["voided"])
        waits = sorted(row.number for row in queue(agent))
        assert len(set(waits)) == len(waits)
        assert len(waits) >= statuses.count("voided")
    finally:
        await agent.close()


def chosen(length: int, word: str) -> list[int]:
    if not ALL:
        return sorted(random.Random(word).sample(range(1, length + 1), min(SAMPLE, length)))
    return list(range(1, length + 1, 1 if word == COMMIT else 3))


@pytest.mark.timeout(0 if ALL else 180)
@pytest.mark.parametrize("word", [COMMIT, ANY])
def test_killed_anywhere_every_payment_leaves_once(tmp_path: Path, word: str) -> None:
    begun = tmp_path / "begun" / "store"
    asyncio.run(prepare(begun))
    whole = tmp_path / "whole" / "store"
    shutil.copytree(begun, whole)
    length = worked(whole, (word, 0))
    assert length > (3 if word == COMMIT else 50)
    asyncio.run(check(whole))
    killed = 0
    for at in (points := chosen(length, word)):
        store = tmp_path / f"at-{at}" / "store"
        shutil.copytree(begun, store)
        killed += worked(store, (word, at)) == -1  # a run has some statements more or less
        asyncio.run(check(store))
    assert killed > len(points) // 2
