"""The right to approve: by limit, by role, for somebody else, and never twice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from expense_agent.domain.authority import (
    Asked,
    Authority,
    authority,
    open_seats,
    who_may,
    why_not_decide,
    why_not_edit,
)
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Hold, Policy
from expense_agent.domain.tiers import Delegation, name_seat, role_seat

TODAY = date(2026, 11, 22)
OVER = Hold("over_limit", "block", "too much", ("rate of today",))
STUCK = Hold("account_unknown", "block", "no account", overridable=False)
BUDGET, TREASURY = role_seat("budget"), role_seat("treasury")


def eur(amount: int | str) -> Money:
    return Money(Decimal(amount), "EUR")


MIA = Approver("mia", eur(1000))
NOOR = Approver("noor")
TEAM = Policy(approvers=(MIA, NOOR))
NOBODY_NAMED = Policy()


def why_not(who: str, asked: Asked, policy: Policy = TEAM) -> str | None:
    return authority(who, asked, policy, TODAY).refusal


@pytest.mark.parametrize(
    ("approver", "payable", "reason"),
    [
        ("mia", eur(1000), None),
        ("mia", eur("1000.01"), "over your limit 1,000.00 EUR: a higher approver must decide"),
        ("mia", None, None),
        ("mia", Money(Decimal(1), "NOK"), "no exchange rate for NOK: your limit 1,000.00 EUR"),
        ("noor", eur(10**9), None),
        ("noor", Money(Decimal(1), "NOK"), None),
        (
            "olaf",
            eur(1),
            "olaf is not an approver of the policy; start with --as NAME: mia, noor",
        ),
        ("Mia", eur(1), "Mia is not an approver of the policy"),
    ],
)
def test_the_limit_of_authority_decides(
    approver: str, payable: Money | None, reason: str | None
) -> None:
    said = why_not(approver, Asked(payable, (OVER,)))
    assert said is None if reason is None else said is not None and said.startswith(reason)


@pytest.mark.parametrize("done", ["imported", "edited"])
def test_who_prepared_an_invoice_may_not_approve_it_unless_the_policy_says_so(done: str) -> None:
    asked = Asked(eur(1), preparers={"mia": done})
    assert why_not("mia", asked) == f"you {done} it: another approver must decide"
    assert why_not("noor", asked) is None
    allowed = replace(TEAM, preparers_may_approve=True)
    assert why_not("mia", asked, allowed) is None
    assert "over your limit" in (why_not("mia", replace(asked, payable=eur(2000)), allowed) or "")


@pytest.mark.parametrize("policy", [TEAM, NOBODY_NAMED, replace(TEAM, preparers_may_approve=True)])
def test_nobody_approves_twice(policy: Policy) -> None:
    asked = Asked(eur(1), given=(("mia", None),))
    said = why_not("mia", asked, policy)
    assert said == "you have approved it already: another person must decide"
    assert why_not("noor", asked, policy) is None


@pytest.mark.parametrize("policy", [TEAM, NOBODY_NAMED])
def test_what_approving_cannot_help_nobody_may_approve(policy: Policy) -> None:
    said = why_not("noor", Asked(eur(1), (OVER, STUCK)), policy)
    assert said == "edit or reject it: no account"


def test_without_approvers_anybody_may_approve_anything_even_what_they_imported() -> None:
    asked = Asked(eur(10**9), (OVER,), {"anybody": "imported"})
    assert why_not("anybody", asked, NOBODY_NAMED) is None


def test_any_approver_may_reject_or_edit_and_nobody_else() -> None:
    assert why_not_decide("mia", TEAM) is None
    assert why_not_decide("olaf", TEAM) == (
        "olaf is not an approver of the policy; start with --as NAME: mia, noor"
    )
    assert why_not_decide("olaf", NOBODY_NAMED) is None


def test_an_importer_edits_only_where_the_policy_lets_them() -> None:
    apart = replace(TEAM, importers_may_edit=False)
    for policy, reason in ((TEAM, None), (apart, "you imported it: another person must edit")):
        assert why_not_edit("mia", {"mia": "imported"}, policy, TODAY) == reason
        assert why_not_edit("noor", {"mia": "imported"}, policy, TODAY) is None
    said = why_not_edit("mia", {"mia": "imported"}, TEAM, TODAY, apart=True)
    assert said == "you imported it: another person must edit", "as it was asked"


# --- roles

ROLES = Policy(
    approvers=(
        Approver("mia", roles=("budget", "treasury")),
        Approver("otto", roles=("treasury",)),
        Approver("ruth"),
    )
)


def test_a_seat_is_filled_by_a_holder_of_its_role_or_by_its_person_only() -> None:
    assert why_not("otto", Asked(eur(1), seat=TREASURY), ROLES) is None
    said = why_not("ruth", Asked(eur(1), seat=TREASURY), ROLES)
    assert said == "it is for treasury: mia or otto must decide"
    assert why_not("otto", Asked(eur(1), seat=name_seat("ruth")), ROLES) == (
        "it is for ruth: ruth must decide"
    )


def test_nobody_takes_a_seat_that_leaves_another_one_to_nobody() -> None:
    pair = Asked(eur(1), seat=TREASURY, others=(BUDGET,))
    said = why_not("mia", pair, ROLES)
    assert said == "leave this one to another: nobody else could answer for budget"
    assert why_not("otto", pair, ROLES) is None
    assert why_not("mia", Asked(eur(1), seat=BUDGET, others=(TREASURY,)), ROLES) is None


def test_a_chain_that_cannot_be_finished_anyway_holds_nobody_back() -> None:
    asked = Asked(eur(1), seat=TREASURY, others=(BUDGET,), preparers={"otto": "imported"})
    assert why_not("mia", asked, ROLES) is None


def test_open_seats_are_those_of_levels_nobody_has_filled() -> None:
    assert open_seats(("", BUDGET, TREASURY), {2}) == ("", TREASURY)


# --- delegation

LENT = Delegation("noor", "bea", date(2026, 11, 20), date(2026, 11, 30), eur(5000))
AWAY = replace(TEAM, delegations=(LENT,))


def test_who_acts_for_an_approver_does_so_within_days_and_cap_and_the_principals_limit() -> None:
    assert authority("bea", Asked(eur(5000)), AWAY, TODAY) == Authority(on_behalf_of="noor")
    for day in (date(2026, 11, 19), date(2026, 12, 1)):
        said = authority("bea", Asked(eur(1)), AWAY, day).refusal
        assert said is not None
        assert said.startswith("bea is not an approver of the policy")
    assert why_not("bea", Asked(eur(5001)), AWAY) is not None
    of_mia = replace(TEAM, delegations=(replace(LENT, principal="mia", cap=None),))
    assert why_not("bea", Asked(eur(1001)), of_mia) is not None
    assert authority("bea", Asked(eur(999)), of_mia, TODAY).on_behalf_of == "mia"


def test_ones_own_authority_comes_before_a_lent_one() -> None:
    to_mia = replace(TEAM, delegations=(replace(LENT, delegate="mia"),))
    assert authority("mia", Asked(eur(900)), to_mia, TODAY).on_behalf_of is None
    assert authority("mia", Asked(eur(1001)), to_mia, TODAY).on_behalf_of == "noor"


def test_a_lent_role_counts_as_the_principals() -> None:
    lent = replace(LENT, principal="otto", delegate="ruth")
    policy = replace(ROLES, delegations=(lent,))
    assert authority("ruth", Asked(eur(1), seat=TREASURY), policy, TODAY).on_behalf_of == "otto"


@pytest.mark.parametrize("preparer", ["bea", "noor"])
def test_neither_delegate_nor_principal_may_have_prepared_it(preparer: str) -> None:
    assert why_not("bea", Asked(eur(1), preparers={preparer: "imported"}), AWAY) is not None


def test_principal_and_delegate_are_one_person_for_a_chain() -> None:
    three = replace(AWAY, approvers=(MIA, NOOR, Approver("bea")))
    acted_for = Asked(eur(1), given=(("bea", "noor"),))
    assert why_not("noor", acted_for, three) == (
        "bea has approved it for you: another person must decide"
    )
    assert why_not("bea", acted_for, three) is not None
    assert why_not("mia", acted_for, three) is None
    own = Asked(eur(1), given=(("bea", None),))
    assert why_not("noor", own, three) == (
        "noor has lent their authority to bea, and bea has approved it: somebody else must decide"
    )
    assert "noor has approved it" in (
        why_not("bea", Asked(eur(1), given=(("noor", None),)), three) or ""
    )
    assert authority("noor", own, three, date(2026, 12, 1)).refusal is None


def test_two_delegates_of_one_principal_are_one_person() -> None:
    lent = (LENT, replace(LENT, delegate="eve"))
    asked = Asked(eur(1), given=(("bea", "noor"),))
    assert why_not("eve", asked, replace(TEAM, delegations=lent)) is not None


def test_who_acts_for_an_approver_may_reject_and_edit_while_it_lasts() -> None:
    assert why_not_decide("bea", AWAY, TODAY) is None
    assert why_not_decide("bea", AWAY, date(2026, 12, 1)) is not None


# --- on the terms of the day it was asked


def test_who_was_to_be_kept_apart_when_it_was_asked_stays_apart() -> None:
    asked = Asked(eur(5), preparers={"mia": "imported"}, apart=True)
    for policy in (Policy(), Policy(approvers=(Approver("mia"),), preparers_may_approve=True)):
        said = authority("mia", asked, policy, TODAY).refusal
        assert said == "you imported it: another approver must decide"


def test_a_seat_for_a_person_stays_theirs_when_the_policy_loses_its_approvers() -> None:
    asked = Asked(eur(5), seat="name:mia")
    assert authority("mia", asked, Policy(), TODAY) == Authority()
    assert authority("eve", asked, Policy(), TODAY).refusal == "it is for mia: mia must decide"


def test_who_may_answer_is_everybody_whom_the_engine_would_take_an_approval_of() -> None:
    assert who_may(Asked(eur(999)), AWAY, TODAY) == ("mia", "noor", "bea")
    assert who_may(Asked(eur(5000)), AWAY, TODAY) == ("noor", "bea")
    assert who_may(Asked(eur(5001)), AWAY, TODAY) == ("noor",)
    assert who_may(Asked(eur(999)), Policy(), TODAY) == ()
