"""Limits of payments without approval: cut into small ones, under the limit, on a budget."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain import rules
from expense_agent.domain.facts import Facts, PartySum
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Budget, LimitPolicy, Policy
from expense_agent.domain.scope import months_of, near_limit
from tests.builders import a_suggestion, an_invoice
from tests.domain.rule_words import a_twin, hold, holds

TIGHT = Policy(limits=LimitPolicy(cumulative_limit=Decimal("1000.00")))


def left(*amounts: str, party: str = "name:nordwind logistik") -> Facts:
    sums = tuple(Money(Decimal(a.split()[0]), a.split()[1]) for a in amounts)
    return Facts(automatic=(PartySum(party, sums),))


# --- split_limit


@given(before=st.integers(0, 100_000), cents=st.integers(1, 50_000))
def test_what_leaves_by_itself_never_adds_up_to_more_than_the_cumulative_limit(
    before: int, cents: int
) -> None:
    facts = left(f"{Decimal(before) / 100} EUR")
    invoice = an_invoice(f"{Decimal(cents) / 100} EUR")
    assert bool(holds(rules.split_limit, invoice, facts, TIGHT)) == (before + cents > 100_000)


def test_the_reason_stays_the_same_while_the_sums_grow_and_the_evidence_shows_them() -> None:
    found = hold(rules.split_limit, an_invoice(), left("900.00 EUR"), TIGHT)
    later = hold(rules.split_limit, an_invoice(), left("950.00 EUR"), TIGHT)
    assert found.reason == later.reason
    assert "more than 1,000.00 EUR" in found.reason
    assert found.evidence == (
        "supplier nordwind logistik: 900.00 EUR left by itself",
        "with this invoice 120.00 EUR more",
    )
    assert found.severity == "block"


def test_one_account_behind_many_names_is_one_party() -> None:
    facts = left("990.00 EUR", party="account:DE89370400440532013000")
    found = hold(rules.split_limit, an_invoice(), facts, TIGHT)
    assert found.evidence[0].startswith("account DE89370400440532013000: 990.00 EUR")


def test_nothing_that_a_person_has_approved_meets_the_split_limit() -> None:
    facts = replace(left("990.00 EUR"), approved=True)
    assert holds(rules.split_limit, an_invoice(), facts, TIGHT) == []


def test_what_is_over_the_limit_by_itself_is_not_held_twice() -> None:
    assert holds(rules.split_limit, an_invoice("500.01 EUR"), left("990.00 EUR"), TIGHT) == []


def test_sums_in_other_currencies_count_and_without_a_rate_a_person_decides() -> None:
    facts = left("500.00 EUR", "600.00 USD")
    rated = replace(TIGHT, exchange_rates={"USD": Decimal("1.20")})
    assert len(holds(rules.split_limit, an_invoice("0.01 EUR"), facts, rated)) == 1
    assert len(holds(rules.split_limit, an_invoice("0.01 EUR"), facts, TIGHT)) == 1
    assert holds(rules.split_limit, an_invoice("0.01 EUR"), left("600.00 USD"), rated) == []


def test_by_default_a_weekly_invoice_of_the_whole_limit_is_paid_on_day_one() -> None:
    weekly = an_invoice("500.00 EUR")
    assert holds(rules.split_limit, weekly, left("2000.00 EUR")) == []
    assert len(holds(rules.split_limit, weekly, left("2000.01 EUR"))) == 1


def test_in_autonomous_mode_the_multiple_is_of_its_own_limit() -> None:
    policy = Policy(mode="autonomous", autonomous_limit=Decimal(2000))
    assert policy.cumulative_limit == Money(Decimal(10000), "EUR")


# --- near_limit


@pytest.mark.parametrize(
    ("payable", "near"),
    [("449.99 EUR", False), ("450.00 EUR", True), ("500.00 EUR", True), ("500.01 EUR", False),
     ("494.00 USD", False), ("549.00 USD", True), ("460.00 NOK", False)],
)  # fmt: skip
def test_just_under_the_limit_is_its_last_tenth_in_any_currency(payable: str, near: bool) -> None:  # noqa: FBT001
    policy = Policy(exchange_rates={"USD": Decimal("1.10")})
    assert (near_limit(an_invoice(payable), policy) is not None) == near
    if payable == "549.00 USD":
        assert near_limit(an_invoice(payable), policy) == (49_500, 55_000)


def test_two_just_under_the_limit_are_pointed_out_with_the_other_as_evidence() -> None:
    found = hold(rules.near_limit, an_invoice("495.00 EUR"), Facts(near=(a_twin(number="R-7"),)))
    assert (found.rule, found.severity) == ("near_limit", "warn")
    assert "t1: R-7 of Nordwind Logistik AG" in found.evidence[0]
    assert holds(rules.near_limit, an_invoice("495.00 EUR")) == []


# --- budget

OFFICE = Policy(budgets=(Budget("office", "month", Decimal("1000.00")),))


def spent(*amounts: str) -> Facts:
    return Facts(committed={"office": left(*amounts).automatic[0].sums} if amounts else {})


def test_a_category_without_money_left_is_pointed_out_with_used_and_left() -> None:
    said = a_suggestion("office")
    found = hold(rules.budget, an_invoice(), spent("900.00 EUR"), OFFICE, said)
    assert found.reason == "more than the budget of office for this month, 1,000.00 EUR"
    assert found.evidence == ("used: 900.00 EUR", "left: 100.00 EUR", "this invoice: 120.00 EUR")
    assert found.severity == "warn"
    assert holds(rules.budget, an_invoice(), spent("880.00 EUR"), OFFICE, said) == []


def test_what_has_no_budget_or_pays_nothing_needs_none() -> None:
    office = a_suggestion("office")
    assert holds(rules.budget, an_invoice(), spent("9000.00 EUR"), OFFICE) == []
    credit = an_invoice(type_code="381")
    assert holds(rules.budget, credit, spent("9000.00 EUR"), OFFICE, office) == []


def test_while_the_category_is_unsure_the_strictest_of_the_candidates_counts() -> None:
    policy = replace(OFFICE, budgets=(*OFFICE.budgets, Budget("travel", "month", Decimal(5000))))
    guess = replace(a_suggestion("travel"), confidence=0.5, others=("meals", "office"))
    found = hold(rules.budget, an_invoice(), spent("900.00 EUR"), policy, guess)
    assert found.reason == (
        "more than the budget of office for this month, 1,000.00 EUR, if that is its category"
    )
    sure = replace(guess, confidence=0.99)
    assert holds(rules.budget, an_invoice(), spent("900.00 EUR"), policy, sure) == []
    nothing = replace(guess, category=None)
    assert len(holds(rules.budget, an_invoice(), spent("900.00 EUR"), policy, nothing)) == 1


def test_a_budget_that_cannot_be_compared_is_said_to_be_so() -> None:
    said = a_suggestion("office")
    [found] = holds(rules.budget, an_invoice("1.00 NOK"), spent(), OFFICE, said)
    assert "without an exchange rate" in found.reason


@pytest.mark.parametrize(
    ("period", "months"),
    [("month", ("2026-11",)), ("quarter", ("2026-10", "2026-11", "2026-12"))],
)
def test_a_budget_counts_the_months_of_its_period(period: str, months: tuple[str, ...]) -> None:
    budget = Budget("office", period, Decimal(1))  # type: ignore[arg-type]
    assert months_of(budget, date(2026, 11, 22)) == months


def test_the_year_of_a_budget_has_twelve_months() -> None:
    assert len(months_of(Budget("office", "year", Decimal(1)), date(2026, 2, 1))) == 12
