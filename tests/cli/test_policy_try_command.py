"""policy try: what other values would have done over the store's own history."""

import pytest

from expense_agent.service.figure_keys import POLICY_TRY
from tests.cli.shell import Shell


def test_a_higher_limit_over_the_history(filled: Shell) -> None:
    ids = filled.ids()
    filled("reject", ids["OVER"], "--reason", "not ours")
    found = filled.data("policy", "try", "auto_approve_limit=750")
    assert found.keys() == POLICY_TRY.keys()
    assert found["changed"] == {"auto_approve_limit": {"now": None, "tried": "750"}}
    assert found["untouched"] == {"now": 1, "tried": 2}
    assert (found["more"]["count"], found["more"]["sums"]) == (1, {"EUR": "720.00"})
    assert found["slipped"]["rejected"]["ids"] == [ids["OVER"]]
    assert found["decisions_saved"] == 1
    assert found["hours_saved"] >= 0
    text = filled("policy", "try", "auto_approve_limit=750").out
    assert "2 instead of 1" in text
    assert "would slip: rejected" in text
    assert "How exact this is" in text


def test_values_are_read_as_their_keys_need_them(filled: Shell) -> None:
    (filled.store / "policy.toml").write_text('auto_approve_limit = "100.00"\n', encoding="utf-8")
    found = filled.data(
        "policy", "try", "auto_approve_limit=2000", "request_ttl_hours=24",
        "approvals.preparers_may_approve=true", "holds.account_unknown=off",
        'required_fields=["number"]',
    )  # fmt: skip
    assert found["changed"]["auto_approve_limit"] == {"now": "100.00", "tried": "2000"}
    assert found["untouched"]["now"] == 0
    assert {row["status"] for row in found["more"]["invoices"]} == {"scheduled", "waiting"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("auto_approve_limit", "is not KEY=VALUE"),
        ("auto_aprove_limit=1", "did you mean 'auto_approve_limit'?"),
        ("auto_approve_limit=much", "is not an amount"),
        ("holds.duplicate=maybe", "holds.duplicate"),
    ],
)
def test_what_no_policy_file_could_say_is_refused(filled: Shell, change: str, said: str) -> None:
    ran = filled("policy", "try", change)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_nothing_is_changed_by_trying(filled: Shell) -> None:
    before = filled.data("audit")
    filled("policy", "try", "auto_approve_limit=100000")
    assert filled.data("audit") == before
    assert filled.data("policy", "show")["auto_approve_limit"] == "500.00"
