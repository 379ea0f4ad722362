from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.approval import (
    approvals_needed,
    asked_at_once,
    fingerprint,
    holds_from_plain,
    holds_to_plain,
    why_not_approve,
    why_not_decide,
)
from expense_agent.domain.invoice import Invoice, Source, from_plain, to_plain
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Hold, Policy
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.domain.test_invoice import OTHER_CONTENT

OVER = Hold("over_limit", "block", "too much", ("rate of today",))
STUCK = Hold("account_unknown", "block", "no account", overridable=False)
SHOWN = (an_invoice(), NORDWIND_IBAN, "vehicles", (OVER,), "v1")


def eur(amount: int | str) -> Money:
    return Money(Decimal(amount), "EUR")


# --- the fingerprint


def test_the_same_picture_has_the_same_fingerprint_after_a_round_through_the_state() -> None:
    again = from_plain(to_plain(SHOWN[0]))
    holds = holds_from_plain(holds_to_plain(SHOWN[3]))
    assert fingerprint(again, SHOWN[1], SHOWN[2], holds, "v1") == fingerprint(*SHOWN)
    assert len(fingerprint(*SHOWN)) == 16


@pytest.mark.parametrize("name", sorted(OTHER_CONTENT))
def test_the_fingerprint_changes_with_every_field_of_the_invoice(name: str) -> None:
    changed = replace(an_invoice(), **{name: OTHER_CONTENT[name]})
    assert fingerprint(changed, *SHOWN[1:]) != fingerprint(*SHOWN)


def test_every_field_of_an_invoice_but_its_source_is_shown() -> None:
    assert {f.name for f in fields(Invoice)} == {*OTHER_CONTENT, "flags", "source"}
    noticed = an_invoice(flags=("deceptive_text: x",))
    assert fingerprint(noticed, *SHOWN[1:]) != fingerprint(*SHOWN)


@pytest.mark.parametrize(
    "changed",
    [
        (SHOWN[0], OTHER_IBAN, "vehicles", (OVER,), "v1"),
        (SHOWN[0], None, "vehicles", (OVER,), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "travel", (OVER,), "v1"),
        (SHOWN[0], NORDWIND_IBAN, None, (OVER,), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (OVER, STUCK), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (replace(OVER, rule="duplicate"),), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (replace(OVER, severity="warn"),), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (replace(OVER, reason="other"),), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (OVER,), "v2"),
    ],
)
def test_the_fingerprint_changes_with_account_category_holds_and_policy(
    changed: tuple[Invoice, str | None, str | None, tuple[Hold, ...], str],
) -> None:
    assert fingerprint(*changed) != fingerprint(*SHOWN)


def test_the_file_an_invoice_came_from_is_not_part_of_the_fingerprint() -> None:
    moved = replace(an_invoice(), source=Source("other.csv", "1" * 64, 5))
    assert fingerprint(moved, *SHOWN[1:]) == fingerprint(*SHOWN)


# --- how many, and when


@pytest.mark.parametrize(
    ("second", "parallel", "amount", "needed", "at_once"),
    [
        (None, None, 10**9, 1, False),
        (1000, None, 1000, 1, False),
        (1000, None, "1000.01", 2, False),
        (None, 5000, 5000, 1, False),
        (None, 5000, 5001, 2, True),
        (1000, 5000, 2000, 2, False),
        (1000, 5000, 5001, 2, True),
        (5000, 1000, 2000, 2, True),
    ],
)
def test_two_people_are_asked_above_either_amount_and_at_once_above_the_parallel_one(
    second: int | None,
    parallel: int | None,
    amount: int | str,
    needed: int,
    at_once: bool,  # noqa: FBT001 - the expected answer
) -> None:
    policy = Policy(
        second_above=None if second is None else Decimal(second),
        parallel_above=None if parallel is None else Decimal(parallel),
    )
    assert approvals_needed(eur(amount), policy) == needed
    assert asked_at_once(eur(amount), policy) is at_once


@given(cents=st.integers(-(10**9), 10**9), more=st.integers(0, 10**9))
def test_more_money_never_needs_fewer_people(cents: int, more: int) -> None:
    policy = Policy(second_above=Decimal(1000), parallel_above=Decimal(5000))
    less, greater = (Money.from_minor(n, "EUR") for n in (cents, cents + more))
    assert approvals_needed(less, policy) <= approvals_needed(greater, policy)


def test_without_a_rate_the_stricter_answer_counts() -> None:
    policy = Policy(second_above=Decimal(10**6), parallel_above=Decimal(10**7))
    one = Money(Decimal(1), "NOK")
    assert approvals_needed(one, policy) == 2
    assert asked_at_once(one, policy)


def test_without_an_amount_one_person_decides() -> None:
    policy = Policy(second_above=Decimal(1), parallel_above=Decimal(1))
    assert approvals_needed(None, policy) == 1
    assert not asked_at_once(None, policy)


# --- who may approve

MIA = Approver("mia", eur(1000))
NOOR = Approver("noor")
TEAM = Policy(approvers=(MIA, NOOR))
NOBODY_NAMED = Policy()


@pytest.mark.parametrize(
    ("approver", "payable", "reason"),
    [
        ("mia", eur(1000), None),
        ("mia", eur("1000.01"), "over your limit 1,000.00 EUR: a higher approver must decide"),
        ("mia", None, None),
        ("mia", Money(Decimal(1), "NOK"), "no exchange rate for NOK: your limit 1,000.00 EUR"),
        ("noor", eur(10**9), None),
        ("noor", Money(Decimal(1), "NOK"), None),
        ("olaf", eur(1), "olaf is not among the approvers of the policy"),
        ("Mia", eur(1), "Mia is not among the approvers of the policy"),
    ],
)
def test_the_limit_of_authority_decides(
    approver: str, payable: Money | None, reason: str | None
) -> None:
    said = why_not_approve(approver, payable, (OVER,), {}, (), TEAM)
    assert said is None if reason is None else said is not None and said.startswith(reason)


@pytest.mark.parametrize("done", ["imported", "edited"])
def test_who_prepared_an_invoice_may_not_approve_it_unless_the_policy_says_so(done: str) -> None:
    preparers = {"mia": done}
    reason = f"you {done} it: another approver must decide"
    assert why_not_approve("mia", eur(1), (), preparers, (), TEAM) == reason
    assert why_not_approve("noor", eur(1), (), preparers, (), TEAM) is None
    allowed = replace(TEAM, preparers_may_approve=True)
    assert why_not_approve("mia", eur(1), (), preparers, (), allowed) is None
    assert "over your limit" in (
        why_not_approve("mia", eur(2000), (), preparers, (), allowed) or ""
    )


@pytest.mark.parametrize("policy", [TEAM, NOBODY_NAMED, replace(TEAM, preparers_may_approve=True)])
def test_nobody_approves_twice(policy: Policy) -> None:
    said = why_not_approve("mia", eur(1), (), {}, ("mia",), policy)
    assert said == "you have approved it already: another person must decide"
    assert why_not_approve("noor", eur(1), (), {}, ("mia",), policy) is None


@pytest.mark.parametrize("policy", [TEAM, NOBODY_NAMED])
def test_what_approving_cannot_help_nobody_may_approve(policy: Policy) -> None:
    said = why_not_approve("noor", eur(1), (OVER, STUCK), {}, (), policy)
    assert said == "cannot be approved as it is: no account; edit or reject it"


def test_without_approvers_anybody_may_approve_anything_even_what_they_imported() -> None:
    prepared = {"anybody": "imported"}
    assert why_not_approve("anybody", eur(10**9), (OVER,), prepared, (), NOBODY_NAMED) is None


def test_any_approver_may_reject_or_edit_and_nobody_else() -> None:
    assert why_not_decide("mia", TEAM) is None
    assert why_not_decide("olaf", TEAM) == "olaf is not among the approvers of the policy"
    assert why_not_decide("olaf", NOBODY_NAMED) is None
