"""kill -9 at random statements of import, decisions, edit, recovery: nothing lost or done twice.

`EXPENSE_AGENT_CHAOS=1000 pytest tests/process/test_kill.py` runs as many trials as wanted. A trial
is its seed: a failing one is repeated by its number.
"""

import asyncio
import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest

from expense_agent.workflow.runner import config_of
from tests.process import scenario

pytestmark = pytest.mark.process

TRIALS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "10"))
FIRST = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.scenario"])


def carry_out(step: str, store: Path, kill_at: int = 0) -> bool:
    """Run a step in a process of its own; give whether it lived to its end."""
    child = processes.Process(target=scenario.run, args=(step, str(store), kill_at))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), f"{step} ended with {child.exitcode}"
    return child.exitcode == 0


def statements_of(step: str, store: Path) -> int:
    """Count the statements of a step that nobody kills."""
    count = processes.Value("i", 0)
    child = processes.Process(target=scenario.run, args=(step, str(store), 0, count))
    child.start()
    child.join(60)
    return int(count.value)


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Count how many statements each step takes, so that kills fall all over it."""
    store = tmp_path_factory.mktemp("count") / "store"
    counts = {step: statements_of(step, store) for step in (*scenario.STEPS, "recover")}
    assert all(counts.values())
    return counts


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRIALS))
def test_after_any_kill_everything_is_finished_once(
    tmp_path: Path, statements: dict[str, int], seed: int
) -> None:
    chance = random.Random(seed)
    store = tmp_path / "store"
    for step in scenario.STEPS:
        while not carry_out(step, store, chance.randint(1, round(statements[step] * 1.5))):
            carry_out("recover", store, chance.randint(1, statements["recover"] * 4))
    for step in scenario.STEPS:  # a step found its request not open yet: it is done now
        assert carry_out(step, store)
    asyncio.run(check(store))


async def check(store: Path) -> None:
    agent = scenario.person(store, "auditor")
    try:
        report = await agent.recover()
        assert report.failed == ()
        paid = {payment["remittance"]: payment["amount"] for payment in agent.payments()}
        assert paid == scenario.PAID
        assert len(agent.payments()) == len(scenario.PAID)
        assert agent.verify().findings == ()
        assert agent.unfinished() == []
        rows = agent._database.all("SELECT thread_id, status FROM invoices")
        assert len(rows) == len(scenario.AMOUNTS)
        assert {row["status"] for row in rows} == {"scheduled", "rejected"}
        for row in rows:
            config = config_of(row["thread_id"])
            snapshot = await agent._engine.runner._graph.aget_state(config)
            assert snapshot.tasks == (), "a thread the ledger calls final still has something to do"
    finally:
        await agent.close()
