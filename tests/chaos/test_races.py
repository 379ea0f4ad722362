"""Eight processes approve, reject, edit and expire the same requests: each is decided once.

`EXPENSE_AGENT_CHAOS=2000 pytest tests/chaos/test_races.py` races over as many as wanted.
"""

import asyncio
import multiprocessing
import os
from collections import defaultdict
from pathlib import Path

import pytest

from tests.agents import take
from tests.builders import an_invoice
from tests.chaos.agreement import assert_settled
from tests.process import scenario

pytestmark = pytest.mark.process

ITEMS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "100"))
SEED = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))
PEOPLE = 8
EXPIRING = 2
"""How many of them are sweeps, whose clock says that time is up."""

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.scenario"])


async def prepare(store: Path) -> None:
    agent = scenario.person(store, "clerk")
    for start in range(0, ITEMS, 50):
        numbers = range(start, min(start + 50, ITEMS))
        await take(agent, *(an_invoice("700.00 EUR", number=f"R-{n}") for n in numbers))
    await agent.close()


@pytest.mark.timeout(60 + 2 * ITEMS)
def test_of_eight_that_answer_at_once_one_wins_and_the_others_are_told_who(tmp_path: Path) -> None:
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    with processes.Manager() as manager:
        told = manager.list()
        barrier = manager.Barrier(PEOPLE, timeout=60 + ITEMS)
        children = [
            processes.Process(
                target=scenario.decide_at_once,
                args=(str(store), f"p{n}", SEED + n, 100 * (n < EXPIRING), barrier, told),
            )
            for n in range(PEOPLE)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join(60 + 2 * ITEMS)
            assert child.exitcode == 0
        results = [(who, *answer) for who, mine in told for answer in mine]
    assert_one_winner_each(results)
    asyncio.run(assert_settled(store))


def assert_one_winner_each(results: list[tuple[str, str, str, str | None, str]]) -> None:
    """Of every question at most one answer was taken; who lost was told by whom it was."""
    winners: dict[str, list[str]] = defaultdict(list)
    losers: dict[str, set[str | None]] = defaultdict(set)
    for who, interrupt_id, outcome, by, reason in results:
        if outcome == "Refused":
            assert by, reason
            losers[interrupt_id].add(by)
        else:
            winners[interrupt_id].append("clock" if by == "clock" else who)
    assert len(winners) >= ITEMS
    for interrupt_id, won in winners.items():
        assert len(won) == 1
        assert losers[interrupt_id] <= set(won)
