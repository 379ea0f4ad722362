"""kill -9 while threads are stepped through, and while a pair of approvers is asked at once.

`EXPENSE_AGENT_CHAOS=100 pytest tests/process/test_kill_chains.py` runs as many trials as wanted.
"""

import asyncio
import multiprocessing
import os
import random
import signal
from pathlib import Path
from typing import Any

import pytest

from expense_agent.domain.audit import AuditEvent
from expense_agent.domain.policy import Policy
from expense_agent.service import PaymentView
from tests.process import chains, scenario

pytestmark = pytest.mark.process

TRIALS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "4"))
FIRST = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))
ALIVE = ("", 0)

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.chains"])


def work(day: str, store: Path, kill: tuple[str, int] = ALIVE, seen: Any = None) -> bool:
    """Do a day's work in a process of its own; give whether it lived to the end."""
    child = processes.Process(target=chains.run, args=(day, str(store), kill, seen))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), f"{day}, killed at {kill}: {child.exitcode}"
    return child.exitcode == 0


@pytest.fixture(scope="module")
def commits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Count the commits of each day, so that kills fall all over it."""
    counts = {}
    for day in ("stepped", "budget first"):
        seen = processes.Value("i", 0)
        assert work(day, tmp_path_factory.mktemp("count") / "store", ("COMMIT", 0), seen)
        counts[day] = int(seen.value)
    assert min(counts.values()) > 10
    return counts


def look(store: Path, policy: Policy) -> tuple[list[PaymentView], list[AuditEvent]]:
    """Return payments and trail of a store that proves itself."""
    agent = scenario.person(store, "auditor", policy)
    assert agent.verify().findings == ()
    found = agent.payments(), agent.history()
    asyncio.run(agent.close())
    return found


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRIALS))
def test_no_kill_lets_a_thread_step_into_its_payment_by_itself(
    tmp_path: Path, commits: dict[str, int], seed: int
) -> None:
    chance = random.Random(seed)
    store = tmp_path / "store"
    for _ in range(3):
        work("stepped", store, ("COMMIT", chance.randint(1, commits["stepped"])))
        work("recovered only", store)
        payments, trail = look(store, chains.STEPWISE)
        taken = {e.invoice_id for e in trail if e.details.get("node") == "schedule_payment"}
        assert {payment.invoice_id for payment in payments} <= taken
    assert work("stepped", store)
    payments, _ = look(store, chains.STEPWISE)
    assert sorted(payment.amount for payment in payments) == ["120.00", "720.00"]


@pytest.mark.parametrize("day", ["budget first", "treasury first"])
@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRIALS // 2))
def test_killed_anywhere_a_pair_is_paid_once_and_by_both(
    tmp_path: Path, commits: dict[str, int], seed: int, day: str
) -> None:
    chance = random.Random(seed)
    store = tmp_path / "store"
    for _ in range(2):
        work(day, store, ("COMMIT", chance.randint(1, commits["budget first"])))
    assert work(day, store)
    assert work(day, store)
    (payment,), _ = look(store, chains.AT_ONCE)
    assert sorted(payment.approved_by) == ["mia", "otto"]
