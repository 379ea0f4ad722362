"""A disk that is full or broken, or a kill, at every n-th write: nothing lost, double or stuck.

`EXPENSE_AGENT_CHAOS=1 pytest tests/chaos/test_faults.py` fails at every write of the day, not at a
sample of them.
"""

import asyncio
import errno
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.doctor import examine
from expense_agent.domain.approval import Verdict
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from tests.agents import queue, take
from tests.builders import an_invoice
from tests.chaos.broken_disk import BrokenDisk, Ended, build_shim
from tests.chaos.verdict import verdict_on
from tests.process import scenario

pytestmark = pytest.mark.process

ALL = "EXPENSE_AGENT_CHAOS" in os.environ
SAMPLE = 2
BEGINNING = range(4, 10)
"""Writes that make a new file: a kill there leaves a journal to be played back."""
FAULTS = {
    "full from there on": (errno.ENOSPC, True),
    "full once": (errno.ENOSPC, False),
    "broken from there on": (errno.EIO, True),
    "broken once": (errno.EIO, False),
    "killed": (0, False),
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokenDisk]:
    try:
        shim = build_shim(tmp_path_factory.mktemp("shim"))
    except (OSError, subprocess.CalledProcessError) as reason:
        pytest.skip(f"the shim cannot be compiled here: {reason}")
    with BrokenDisk(shim) as disk:
        yield disk


@pytest.fixture(scope="module")
def writes(disk: BrokenDisk, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Count the writes of a day on which nothing fails."""
    day = disk.day(tmp_path_factory.mktemp("count") / "store", 0, 0, lasting=False)
    assert (day.said, day.broken) == ((), None)
    assert day.writes > 300
    return day.writes


def chosen(name: str, writes: int) -> list[int]:
    """Choose the writes that fail: all, or a sample that is the same every time."""
    every = range(1, writes + 1)
    return list(every) if ALL else sorted(random.Random(name).sample(every, SAMPLE))


def assert_told(day: Ended, at: int) -> None:
    """A failure is told in sentences that name the file, and in no other way."""
    assert day.broken is None, f"write {at}: {day.broken}"
    for said in day.said:
        assert "ledger.db" in said or "checkpoints.db" in said, f"{at}: {said}"


@pytest.mark.timeout(0 if ALL else 120)
@pytest.mark.parametrize("name", FAULTS)
async def test_after_a_fault_at_any_write_a_later_run_finishes_everything_once(
    tmp_path: Path, disk: BrokenDisk, writes: int, name: str
) -> None:
    error, lasting = FAULTS[name]
    for at in chosen(name, writes):
        store = tmp_path / str(at)
        day = disk.day(store, at, error, lasting=lasting)
        if error:
            assert_told(day, at)
            assert day.said or not lasting or at > 0.9 * writes
        else:
            assert day.signal == signal.SIGKILL
        # A request that was not open yet the first time is decided the second.
        await scenario.carried_out(("recover", *scenario.STEPS, *scenario.STEPS), store)
        assert await verdict_on(store, scenario.ENDS, scenario.PAID) == [], f"write {at}"


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two answers that are not carried out, whose checkpoints are gone."""
    store = tmp_path_factory.mktemp("lost") / "store"

    async def fill() -> None:
        agent = scenario.person(store, "ann")
        await take(agent, *(an_invoice("700.00 EUR", number=f"R-{n}") for n in range(3)))
        for row in queue(agent)[:2]:
            agent._desk.decide(row.seen, Verdict.APPROVE, "ann", "")
        await agent.close()

    asyncio.run(fill())
    for path in store.glob(f"{CHECKPOINTS_FILE}*"):
        path.unlink()
    return store


@pytest.mark.timeout(0 if ALL else 120)
async def test_recovery_killed_at_any_write_while_it_makes_the_checkpoints_anew_is_gone_on_with(
    tmp_path: Path, disk: BrokenDisk, lost: Path
) -> None:
    whole = shutil.copytree(lost, tmp_path / "whole")
    writes = disk.day(whole, 0, 0, lasting=False, steps=("recover",)).writes
    for at in range(1, writes + 1) if ALL else BEGINNING:
        store = shutil.copytree(lost, tmp_path / str(at))
        disk.day(store, at, 0, lasting=False, steps=("recover",))
        agent = scenario.person(store, "bob")
        try:
            examine(agent._settings)
            assert (await agent.recover()).failed == (), f"write {at}"
            assert len(agent.payments()) == 2, f"write {at}"
            assert examine(agent._settings)["problems"] == [], f"write {at}"
        finally:
            await agent.close()
