"""Which people an invoice needs: tiers together, and chains that nobody can satisfy."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.chain import Chain, chain_for, fillable, impossible, satisfied
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Policy
from expense_agent.domain.supplier import Supplier
from expense_agent.domain.tiers import ANYBODY, Tier, name_seat, role_seat
from tests.builders import an_invoice

BUDGET, TREASURY = role_seat("budget"), role_seat("treasury")
BOTH = (BUDGET, TREASURY)


def eur(amount: int | str) -> Money:
    return Money(Decimal(amount), "EUR")


def chain(payable: str, policy: Policy, category: str | None = None, **shown: Any) -> Chain:
    return chain_for(replace(an_invoice(payable), **shown), category, policy)


@pytest.mark.parametrize(
    ("second", "parallel", "amount", "people", "at_once"),
    [
        (None, None, "1000000000.00", 1, False),
        (1000, None, "1000.00", 1, False),
        (1000, None, "1000.01", 2, False),
        (None, 5000, "5000.00", 1, False),
        (None, 5000, "5001.00", 2, True),
        (1000, 5000, "2000.00", 2, False),
        (1000, 5000, "5001.00", 2, True),
        (5000, 1000, "2000.00", 2, True),
    ],
)
def test_two_people_are_asked_above_either_simple_key_and_at_once_above_the_parallel_one(
    second: int | None,
    parallel: int | None,
    amount: str,
    people: int,
    at_once: bool,  # noqa: FBT001 - the expected answer
) -> None:
    policy = Policy(
        second_above=None if second is None else Decimal(second),
        parallel_above=None if parallel is None else Decimal(parallel),
    )
    found = chain(f"{amount} EUR", policy)
    assert (found.seats, found.parallel) == ((ANYBODY,) * people, at_once)


def test_parallel_above_asks_budget_owner_and_treasury_where_somebody_has_the_role() -> None:
    people = (Approver("mia", roles=("budget",)), Approver("otto", roles=("treasury",)))
    policy = Policy(parallel_above=Decimal(1000), approvers=people)
    assert chain("2000.00 EUR", policy).seats == BOTH


CAPITAL = Tier("capital", (ANYBODY, TREASURY), Decimal(1000), categories=("equipment",))


@pytest.mark.parametrize(
    ("tier", "category", "shown", "matches"),
    [
        (CAPITAL, "equipment", {}, True),
        (CAPITAL, "fees", {}, False),
        (CAPITAL, None, {}, False),
        (replace(CAPITAL, above=Decimal(2000)), "equipment", {}, False),
        (Tier("t", (TREASURY,), cost_centres=("4711",)), None, {"buyer_reference": "4711"}, True),
        (Tier("t", (TREASURY,), cost_centres=("4711",)), None, {"buyer_reference": "4712"}, False),
        (Tier("t", (TREASURY,), cost_centres=("4711",)), None, {}, False),
        (Tier("t", (TREASURY,), suppliers=("nordwind logistik",)), None, {}, True),
        (Tier("t", (TREASURY,), suppliers=("de 1",)), None, {}, True),
        (Tier("t", (TREASURY,), suppliers=("Quendel",)), None, {}, False),
    ],
)
def test_a_tier_matches_where_all_its_conditions_hold(
    tier: Tier,
    category: str | None,
    shown: dict[str, Any],
    matches: bool,  # noqa: FBT001 - the expected answer
) -> None:
    supplier = Supplier(name="Nordwind Logistik AG", vat_id="DE1")
    found = chain("2000.00 EUR", Policy(tiers=(tier,)), category, supplier=supplier, **shown)
    assert (TREASURY in found.seats) is matches
    assert found.tiers == ((tier.name,) if matches else ())


def test_all_tiers_that_match_count_together() -> None:
    tiers = (
        Tier("three", (ANYBODY,) * 3, Decimal(1000), request_ttl_hours=48),
        Tier("treasury", (TREASURY,), parallel=True),
        Tier("mia", (name_seat("mia"), TREASURY), request_ttl_hours=24),
    )
    found = chain("2000.00 EUR", Policy(tiers=tiers))
    assert found.seats == (ANYBODY, TREASURY, name_seat("mia"))
    assert (found.parallel, found.ttl_hours) == (True, 24)
    assert found.tiers == ("three", "treasury", "mia")


def test_without_a_rate_every_amount_is_above() -> None:
    policy = Policy(second_above=Decimal(10**6), parallel_above=Decimal(10**7))
    found = chain_for(an_invoice("1.00 NOK"), None, policy)
    assert (len(found.seats), found.parallel) == (2, True)


def test_without_an_amount_one_person_decides() -> None:
    policy = Policy(second_above=Decimal(1), parallel_above=Decimal(1))
    assert chain_for(an_invoice("EUR"), None, policy).seats == (ANYBODY,)


TIERS = st.lists(
    st.builds(
        Tier,
        name=st.text("abc", min_size=1),
        seats=st.lists(st.sampled_from((ANYBODY, BUDGET, TREASURY)), min_size=1, max_size=3).map(
            tuple
        ),
        above=st.one_of(st.none(), st.integers(0, 5000).map(Decimal)),
    ),
    max_size=4,
)


@given(tiers=TIERS, more=TIERS, cents=st.integers(1, 10**6), dearer=st.integers(0, 10**6))
def test_neither_more_money_nor_another_tier_takes_a_person_away(
    tiers: list[Tier], more: list[Tier], cents: int, dearer: int
) -> None:
    def seats(of: list[Tier], amount: int) -> tuple[str, ...]:
        invoice: Invoice = an_invoice(str(Money.from_minor(amount, "EUR")).replace(",", ""))
        return chain_for(invoice, None, Policy(tiers=tuple(of))).seats

    less = seats(tiers, cents)
    for greater in (seats(tiers, cents + dearer), seats(tiers + more, cents)):
        assert len(greater) >= len(less)
        assert {seat for seat in less if seat} <= set(greater)


@pytest.mark.parametrize(
    ("filled", "seats", "enough"),
    [
        ([("", [])], ("",), True),
        ([("", [])], ("", ""), False),
        ([("", []), ("", [])], ("", ""), True),
        ([(TREASURY, []), (BUDGET, [])], BOTH, True),
        ([(TREASURY, []), ("", [])], BOTH, False),
        ([("", [BUDGET]), ("", [BUDGET, TREASURY])], BOTH, True),
        ([("", [BUDGET, TREASURY]), ("", [BUDGET])], BOTH, True),
        ([("", [BUDGET, TREASURY])], BOTH, False),
        ([(BUDGET, []), (BUDGET, [])], BOTH, False),
    ],
)
def test_approvals_fill_a_chain_when_each_seat_has_one_of_its_own(
    filled: list[tuple[str, list[str]]],
    seats: tuple[str, ...],
    enough: bool,  # noqa: FBT001 - the expected answer
) -> None:
    assert satisfied(filled, seats) is enough


def test_one_person_with_both_roles_fills_one_seat() -> None:
    both = Approver("mia", roles=("budget", "treasury"))
    assert not fillable(BOTH, [both])
    assert fillable(BOTH, [both, Approver("otto", roles=("budget",))])


MIA = Approver("mia", eur(5000), ("budget",))
OTTO = Approver("otto", None, ("treasury",))


@pytest.mark.parametrize(
    ("tier", "why"),
    [
        (Tier("t", (ANYBODY,) * 3), "only two approvers have a limit, three are needed"),
        (
            Tier("t", (ANYBODY,) * 2, Decimal(5000)),
            "only one approver has a limit above 5000, two are needed",
        ),
        (Tier("t", (role_seat("board"),)), "no approver can answer for board"),
        (
            Tier("t", (BUDGET,), Decimal(9000)),
            "no approver with a limit above 9000 can answer for budget",
        ),
        (
            Tier("t", (TREASURY, name_seat("otto"))),
            "2 different approvers are needed for treasury, otto; there are too few",
        ),
    ],
)
def test_a_tier_that_nobody_can_satisfy_is_named_with_the_reason(tier: Tier, why: str) -> None:
    assert list(impossible(Policy(approvers=(MIA, OTTO), tiers=(tier,)))) == [("t", why)]


def test_tiers_that_can_be_satisfied_alone_but_not_where_they_meet_are_refused() -> None:
    tiers = (
        Tier("fees", (TREASURY,), categories=("fees",)),
        Tier("quendel", (name_seat("otto"),), suppliers=("Quendel",)),
        Tier("nordwind", (BUDGET,), suppliers=("Nordwind",)),
    )
    [(name, why)] = impossible(Policy(approvers=(MIA, OTTO), tiers=tiers))
    assert name == "quendel"
    assert "together with fees" in why


def test_a_policy_without_approvers_can_ask_for_people_but_for_no_role() -> None:
    assert list(impossible(Policy(second_above=Decimal(1)))) == []
    assert [name for name, _ in impossible(Policy(tiers=(Tier("t", (TREASURY,)),)))] == ["t"]
