import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, CategoryPolicy, Policy
from expense_agent.policy_file import load_policy, policy_to_plain, policy_to_toml

EXAMPLES = sorted((Path(__file__).parents[2] / "fixtures" / "policies").glob("*.toml"))


def version(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    return load_policy(file).version


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_policy_shown_as_toml_loads_as_the_same_policy(example: Path, tmp_path: Path) -> None:
    policy = load_policy(example)
    again = tmp_path / "policy.toml"
    assert version(again, policy_to_toml(policy)) == policy.version
    assert policy_to_plain(load_policy(again)) == policy_to_plain(policy)


def test_what_a_terminal_obeys_is_shown_in_letters_and_still_says_the_same(tmp_path: Path) -> None:
    names = ["\x9b31m", "\u202eevil", "\x7f", "\U000e0041", "a\tb"]
    policy = Policy(categories=CategoryPolicy(learn_not_from=tuple(names)))
    again = tmp_path / "policy.toml"
    again.write_text(policy_to_toml(policy), encoding="utf-8")
    assert load_policy(again).categories.learn_not_from == tuple(names)
    assert all(c.isprintable() or c == "\n" for c in again.read_text(encoding="utf-8"))


def test_the_plain_form_is_json_with_money_as_text() -> None:
    mia = Approver("mia", Money(Decimal(900), "EUR"))
    policy = Policy(
        auto_approve_limit=Decimal(500),
        approvers=(mia, Approver("noor")),
        exchange_rates={"USD": Decimal("1.10")},
        rates_as_of=date(2026, 11, 2),
    )
    shown = policy_to_plain(policy)
    assert json.loads(json.dumps(shown)) == shown
    assert shown["auto_approve_limit"] == "500.00"
    assert shown["approvers"] == [
        {"name": "mia", "limit": "900.00", "roles": []},
        {"name": "noor", "limit": None, "roles": []},
    ]
    assert shown["exchange_rates"] == {"as_of": "2026-11-02", "USD": "1.1"}
    assert shown["holds"]["category_unsure"] == "warn"


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\nauto_approve_limit = '500'\n",
        'request_ttl_hours = 72\nauto_approve_limit = "500.00"\n',
        '[holds]\nover_limit = "block"\n',
        '[holds]\nunusual_amount = "warn"\n',
        'required_fields = ["issue_date", "supplier", "number"]\n',
        '[confirm]\npage_above = "5.00"\ncount_above = 3\n',
        '[debtor]\nname = "Buyer"\naccount = "DE89 3704 0044 0532 0130 00"\n',
    ],
)
def test_the_version_does_not_change_with_what_means_the_same(same: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    assert version(file, same) == version(file, "")


@pytest.mark.parametrize(
    "other",
    [
        'auto_approve_limit = "500.01"',
        'base_currency = "CHF"',
        'mode = "autonomous"\nautonomous_limit = "500.00"',
        "request_ttl_hours = 71",
        "confidence_threshold = 0.61",
        "default_term_days = 14",
        'required_fields = ["number"]',
        '[holds]\nover_limit = "warn"',
        '[holds]\ndefault = "warn"',
        '[[approvers]]\nname = "mia"',
        '[approvals]\nsecond_above = "1.00"',
        "[categories]\nlearn = false",
        '[categories]\nlearn_not_from = ["Aldermoor"]',
        "[categories]\nfirst_confirmations = 2",
        "[categories]\naudit_one_in = 0",
        '[categories]\nsensitive = ["fees"]',
        '[approvals]\nparallel_above = "1.00"',
        "[approvals]\npreparers_may_approve = true",
        '[exchange_rates]\nas_of = 2026-11-02\nUSD = "1.1"',
        "[limits]\nwindow_days = 29",
        '[limits]\ncumulative_limit = "2500.00"',
        "[limits]\nnear_percent = 91",
        '[[budgets]]\ncategory = "office"\nperiod = "month"\namount = "1.00"',
        "locked_until = 2026-09-30",
    ],
)
def test_the_version_changes_with_every_key_that_decides(other: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    assert version(file, other) != version(file, "")


def test_the_order_of_approvers_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    mia, noor = '[[approvers]]\nname = "mia"\n', '[[approvers]]\nname = "noor"\nlimit = "9"\n'
    assert version(file, mia + noor) == version(file, noor + mia)


@given(name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_any_name_survives_being_shown(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("policies") / "policy.toml"
    policy = Policy(approvers=(Approver(name),))
    file.write_text(policy_to_toml(policy), encoding="utf-8")
    if name.casefold() != "clock":
        assert load_policy(file).approvers == policy.approvers
