"""Two processes answer the same requests at the same moment: one payment, one named winner."""

import asyncio
import multiprocessing
from pathlib import Path

import pytest

from tests.agents import take
from tests.builders import an_invoice
from tests.process import scenario

pytestmark = pytest.mark.process

ITEMS = 12
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.scenario"])


async def prepare(store: Path) -> None:
    agent = scenario.person(store, "clerk")
    await take(agent, *(an_invoice("700.00 EUR", number=f"R-{n}") for n in range(ITEMS)))
    await agent.close()


def test_of_two_approvals_at_once_one_pays_and_the_other_is_told_who(tmp_path: Path) -> None:
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    with processes.Manager() as manager:
        told = manager.list()
        barrier = manager.Barrier(2, timeout=30)
        children = [
            processes.Process(
                target=scenario.approve_at_once, args=(str(store), who, barrier, told)
            )
            for who in ("ann", "bob")
        ]
        for child in children:
            child.start()
        for child in children:
            child.join(60)
            assert child.exitcode == 0
        results = list(told)
    agent = scenario.person(store, "auditor")
    payments = {payment.remittance: payment for payment in agent.payments()}
    for number in (f"R-{n}" for n in range(ITEMS)):
        mine = {who: (outcome, by) for who, item, outcome, by in results if item == number}
        (winner,) = (who for who, (outcome, _) in mine.items() if outcome == "Scheduled")
        (loser,) = set(mine) - {winner}
        assert mine[loser] == ("Refused", winner)
        assert payments[number].approved_by == (winner,)
    assert len(agent.payments()) == ITEMS
    assert agent.verify().ok
    asyncio.run(agent.close())
