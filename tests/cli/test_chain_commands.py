"""Chains of approval: roles asked at once, four eyes with an edit, lent authority."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.shell import BATCH, Shell
from tests.cli.test_deciding_commands import result

TODAY = datetime.now(UTC).date()
PEOPLE = """
[[approvers]]
name = "mia"
roles = ["budget"]

[[approvers]]
name = "otto"
roles = ["treasury"]

[[approvers]]
name = "ruth"
"""
AT_ONCE = (
    PEOPLE
    + """
[approvals]
parallel_above = "1000.00"
"""
)
FOUR_EYES = (
    PEOPLE
    + """
[[tiers]]
name = "four eyes"
above = "1000.00"
people = 2
"""
)
LENT = (
    FOUR_EYES
    + f"""
[[delegations]]
from = "ruth"
to = "bea"
first_day = {TODAY - timedelta(days=1)}
last_day = {TODAY + timedelta(days=9)}
cap = "2000.00"
"""
)


@pytest.fixture
def store(shell: Shell, request: pytest.FixtureRequest) -> Shell:
    """Four invoices under a policy, imported by ines; OTHER (1,240.00) is what the chain is for."""
    shell.store.mkdir(mode=0o700)
    (shell.store / "policy.toml").write_text(request.param)
    (shell.store.parent / "batch.csv").write_text(BATCH, encoding="utf-8")
    shell.data("import", shell.store.parent / "batch.csv", by="ines")
    return shell


def under(policy: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("store", [policy], indirect=True)


def approve(shell: Shell, by: str, code: int = 0, number: str = "OTHER") -> dict[str, Any]:
    (one, *_) = [r["id"] for r in shell.data("queue") if r["number"] == number] or [number]
    return result(shell, "approve", one, code=code, by=by)


def paid(shell: Shell) -> list[list[str]]:
    """The approvers of OTHER's payments."""
    found = shell.data("payments")
    return [p["approved_by"] for p in found if p["amount"] not in ("120.00", "720.00")]


@under(AT_ONCE)
@pytest.mark.parametrize("order", [("mia", "otto"), ("otto", "mia")])
def test_budget_owner_and_treasury_answer_in_any_order(
    store: Shell, order: tuple[str, ...]
) -> None:
    for person, wanted in (("mia", "budget, treasury"), ("otto", "treasury, budget")):
        rows = [row for row in store.data("queue", by=person) if row["number"] == "OTHER"]
        assert [row["wanted"] for row in rows] == [wanted], "one row an invoice"
    first = approve(store, order[0])
    assert first["outcome"] == "waiting"
    assert paid(store) == []
    assert approve(store, order[0], code=1)["outcome"] == "refused"
    assert approve(store, order[1])["outcome"] == "scheduled"
    assert [sorted(people) for people in paid(store)] == [["mia", "otto"]]
    assert store.data("audit", "verify")["ok"]


@under(AT_ONCE)
def test_a_seat_is_not_for_an_approver_without_the_role(store: Shell) -> None:
    told = approve(store, "ruth", code=1)
    assert "must decide" in told["reason"]
    assert approve(store, "ruth", number="OVER")["outcome"] == "scheduled"


@under(AT_ONCE)
def test_one_refusal_of_a_pair_ends_both(store: Shell) -> None:
    other = store.ids()["OTHER"]
    approve(store, "mia")
    assert result(store, "reject", other, "--reason", "no", by="otto")["outcome"] == "rejected"
    assert "OTHER" not in store.ids()
    assert paid(store) == []


@under(FOUR_EYES)
def test_four_eyes_begin_anew_after_an_edit_and_the_editor_is_none_of_them(store: Shell) -> None:
    other = store.ids()["OTHER"]
    assert approve(store, "mia")["outcome"] == "waiting"
    edited = result(
        store, "edit", other, "--payable-amount", "1200.00", "--comment", "typo", by="ruth"
    )
    assert edited["outcome"] == "waiting"
    assert store.data("show", other)["approvals_given"] == 0
    assert approve(store, "ruth", code=1)["reason"].startswith("you edited it")
    assert approve(store, "mia")["outcome"] == "waiting"
    assert approve(store, "ines", code=1)["outcome"] == "refused"
    assert approve(store, "otto")["outcome"] == "scheduled"
    assert paid(store) == [["mia", "otto"]]


@under(LENT)
def test_an_approval_by_lent_authority_is_recorded_for_whom_it_was_given(store: Shell) -> None:
    other = store.ids()["OTHER"]
    assert approve(store, "bea")["outcome"] == "waiting"
    (decision,) = store.data("show", other)["decisions"]
    assert (decision["approver"], decision["on_behalf_of"]) == ("bea", "ruth")
    assert approve(store, "ruth", code=1)["reason"] == (
        "bea has approved it for you: another person must decide"
    )
    assert approve(store, "mia")["outcome"] == "scheduled"
    assert paid(store) == [["bea for ruth", "mia"]]
    assert "bea for ruth" in store("show", other).out
    (event,) = [e for e in store.data("audit", other) if e["action"] == "approve"][:1]
    assert event["details"]["on_behalf_of"] == "ruth"
    assert store.data("audit", "verify")["ok"]


@under(LENT)
def test_a_cap_ends_what_was_lent(store: Shell) -> None:
    other = store.ids()["OTHER"]
    result(store, "edit", other, "--payable-amount", "2000.01", "--comment", "new", by="ruth")
    assert "not an approver of the policy" in approve(store, "bea", code=1)["reason"]


def test_a_policy_with_a_chain_nobody_can_satisfy_is_refused_naming_the_tier(shell: Shell) -> None:
    shell.store.mkdir(mode=0o700)
    lonely = '[[tiers]]\nname = "board"\nabove = "1000.00"\nroles = ["board"]\n'
    (shell.store / "policy.toml").write_text(PEOPLE + lonely)
    ran = shell("queue")
    assert ran.code == 2
    assert "tiers.1 (board): no approver" in ran.err
    assert "can answer for board" in ran.err
