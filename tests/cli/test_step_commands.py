"""Mode step_by_step from the command line: every node is gone into by a command of a person."""

from typing import Any

import pytest

from tests.cli.shell import BATCH, Shell
from tests.cli.test_deciding_commands import result

LIMITS = """
[[approvers]]
name = "ann"

[[approvers]]
name = "bob"
"""


@pytest.fixture
def stepwise(shell: Shell) -> Shell:
    """A store of four invoices, each in front of its first node."""
    shell.store.mkdir(mode=0o700)
    (shell.store / "policy.toml").write_text(f'mode = "step_by_step"\n{LIMITS}')
    (shell.store.parent / "batch.csv").write_text(BATCH, encoding="utf-8")
    report = shell.data("import", shell.store.parent / "batch.csv", by="ines")
    assert (report["invoices"], report["waiting"], report["scheduled"]) == (4, 4, 0)
    return shell


def steps(shell: Shell) -> dict[str, dict[str, Any]]:
    return {row["number"]: row for row in shell.data("queue", "--view", "steps")}


def through(shell: Shell, number: str, *nodes: str) -> dict[str, Any]:
    """Step an invoice into exactly these nodes; give the last result."""
    for node in nodes:
        row = steps(shell)[number]
        assert row["step"] == node
        told = result(shell, "step", row["id"])
    return told


def test_a_clean_invoice_is_stepped_to_its_payment(stepwise: Shell) -> None:
    told = through(stepwise, "CLEAN", "categorize", "check_policy")
    assert (told["outcome"], told["step"]) == ("waiting", "schedule_payment")
    assert stepwise.data("payments") == []
    assert steps(stepwise)["CLEAN"]["proposed"]["account"] == "DE89370400440532013000"
    assert through(stepwise, "CLEAN", "schedule_payment")["outcome"] == "scheduled"
    assert len(stepwise.data("payments")) == 1
    assert stepwise.data("audit", "verify")["ok"]


def test_what_needs_a_person_is_stepped_to_the_question_answered_and_stepped_on(
    stepwise: Shell,
) -> None:
    nodes = ("categorize", "check_policy", "request_approval", "await_decision")
    told = through(stepwise, "OVER", *nodes)
    assert told["outcome"] == "waiting"
    assert list(stepwise.ids()) == ["OVER"]
    answered = result(stepwise, "approve", stepwise.ids()["OVER"])
    assert (answered["outcome"], answered["step"]) == ("waiting", "apply_decision")
    assert stepwise.data("recover")["finished"] == []
    assert stepwise.data("payments") == []
    told = through(stepwise, "OVER", "apply_decision", "revalidate", "schedule_payment")
    assert told["outcome"] == "scheduled"
    assert [p["approved_by"] for p in stepwise.data("payments")] == [["ann"]]


def test_only_an_approver_goes_on_and_only_where_a_step_waits(stepwise: Shell) -> None:
    clean = steps(stepwise)["CLEAN"]["id"]
    told = result(stepwise, "step", clean, code=1, by="ines")
    assert told["reason"].startswith("ines is not an approver of the policy; start with --as NAME")
    assert result(stepwise, "step", "nosuch", code=1)["reason"] == "nosuch does not wait for a step"


def test_people_read_what_waits_for_a_step(stepwise: Shell) -> None:
    said = stepwise("queue", "--view", "steps").out
    assert "categorize" in said
    assert "4 wait for a step" in said
    told = stepwise("step", steps(stepwise)["CLEAN"]["id"]).out
    assert "the next step is check_policy" in told
