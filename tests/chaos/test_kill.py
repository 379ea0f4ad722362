"""kill -9 all over a day of import, answers, edits, expiry and recovery: nothing lost or doubled.

`EXPENSE_AGENT_CHAOS=1000 pytest tests/chaos/test_kill.py` runs as many trials as wanted. A trial
is its seed: a failing one is repeated with EXPENSE_AGENT_CHAOS_SEED=<its number>.
"""

import os
from pathlib import Path

import pytest

from tests.chaos import mutants
from tests.chaos.kills import Alter, lengths, sweep, trial

pytestmark = pytest.mark.process

TRIALS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "4"))
FIRST = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))


@pytest.fixture(scope="module")
def of_a_day() -> dict[str, int]:
    return lengths()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRIALS))
def test_after_any_kill_everything_is_finished_once(
    tmp_path: Path, of_a_day: dict[str, int], seed: int
) -> None:
    assert trial(tmp_path / "store", seed, of_a_day) == []


def test_killed_at_any_commit_of_an_approval_it_is_finished_once(tmp_path: Path) -> None:
    assert [said for said in sweep(tmp_path, "approve") if said] == []


@pytest.mark.parametrize(
    ("worse", "red"),
    [
        (mutants.without_the_key, "paid 2 times: approved"),
        (mutants.recovery_by_next, "stuck: "),
        (mutants.answer_before_its_row, "unproved: payment "),
    ],
)
def test_the_same_kills_find_a_build_that_is_worse(tmp_path: Path, worse: Alter, red: str) -> None:
    """Or the trials above would prove nothing. Left alive, it does as well as the product."""
    *killed, alive = sweep(tmp_path, "approve", worse)
    assert any(said.startswith(red) for each in killed for said in each)
    assert not [said for said in alive if "the schema was changed" not in said]


def test_the_key_alone_keeps_a_payment_from_being_made_twice(tmp_path: Path) -> None:
    found = [said for each in sweep(tmp_path, "approve", mutants.only_the_key) for said in each]
    assert not [said for said in found if said.startswith(("paid", "unproved"))]
