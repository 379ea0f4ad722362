"""A policy tried on a history: what it would have let through, counted invoice by invoice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Budget, Hold, LimitPolicy, Policy
from expense_agent.domain.whatif import Past, compare, listed
from tests.builders import a_suggestion, an_invoice

NOW = Policy()
DAY = date(2026, 11, 2)
OVER = Hold("over_limit", "block", "over the limit")
BANK = Hold("account_changed", "block", "the bank account changed")
PAID_TWIN = Hold("duplicate", "block", "already paid", overridable=False)
FIRST = Hold("first_payment", "warn", "")


def past(
    payable: str = "120.00 EUR",
    *holds: Hold,
    number: str = "A",
    status: str = "scheduled",
    received: date = DAY,
    waited: float = 0.0,
    supplier: str = "Nordwind Logistik AG",
    type_code: str = "380",
) -> Past:
    return Past(
        invoice_id=number,
        invoice=an_invoice(payable, number=number, supplier=supplier, type_code=type_code),
        suggestion=a_suggestion(),
        received=received,
        holds=holds,
        status=status,
        edited=False,
        decisions=1 if waited else 0,
        waited_hours=waited,
    )


def numbers(history: list[Past], tried: Policy, now: Policy = NOW) -> tuple[list[str], list[str]]:
    found = compare(history, now, tried)
    ids = ([d.past.invoice_id for d in several] for several in (found.more, found.fewer))
    return next(ids), next(ids)


def test_a_higher_limit_lets_more_through() -> None:
    history = [
        past("400.00 EUR", number="A"),
        past("700.00 EUR", OVER, number="B"),
        past("900.00 EUR", OVER, number="C"),
    ]
    found = compare(history, NOW, replace(NOW, auto_approve_limit=Decimal(750)))
    assert (found.invoices, found.untouched_now, found.untouched_tried) == (3, 1, 2)
    assert [d.past.invoice_id for d in found.more] == ["B"]
    assert listed(found.more) == (Money(Decimal("700.00"), "EUR"),)
    assert found.stops == {"over_limit": 1}


def test_a_lower_limit_asks_about_more() -> None:
    history = [past("400.00 EUR"), past("90.00 EUR", number="B")]
    assert numbers(history, replace(NOW, auto_approve_limit=Decimal(100))) == ([], ["A"])


def test_another_hold_still_stops_what_is_under_the_tried_limit() -> None:
    history = [past("700.00 EUR", OVER, BANK)]
    assert numbers(history, replace(NOW, auto_approve_limit=Decimal(750))) == ([], [])


def test_a_rule_that_is_switched_off_stops_nothing() -> None:
    history = [past("90.00 EUR", BANK)]
    assert numbers(history, replace(NOW, severities={"account_changed": "off"})) == (["A"], [])


def test_a_warning_that_is_made_to_block_asks_also_where_nobody_was_asked() -> None:
    history = [past("90.00 EUR", FIRST), past("90.00 EUR", number="B")]
    assert numbers(history, replace(NOW, severities={"first_payment": "block"})) == ([], ["A"])


def test_what_nobody_can_override_is_not_switched_off() -> None:
    history = [past("90.00 EUR", PAID_TWIN)]
    assert numbers(history, replace(NOW, severities={"duplicate": "off"})) == ([], [])


def test_a_grade_that_a_rule_gave_stays_while_its_severity_is_the_same() -> None:
    history = [past("90.00 EUR", Hold("totals_wrong", "warn", "off by 0.01"))]
    assert numbers(history, replace(NOW, auto_approve_limit=Decimal(750))) == ([], [])


def test_small_invoices_add_up_under_the_tried_policy_too() -> None:
    history = [past("90.00 EUR", number=n) for n in "ABCD"]
    tried = replace(NOW, limits=LimitPolicy(cumulative_limit=Decimal(200)))
    assert numbers(history, tried) == ([], ["C", "D"])
    later = [*history[:2], past("90.00 EUR", number="E", received=date(2027, 2, 1))]
    assert numbers(later, tried) == ([], [])
    elsewhere = [*history[:2], past("90.00 EUR", number="F", supplier="Haus am See")]
    assert numbers(elsewhere, tried) == ([], ["F"])  # another name, the same account


def test_a_budget_is_used_up_by_what_was_paid() -> None:
    budgets = (Budget("vehicles", "month", Decimal(250)),)
    tried = replace(NOW, budgets=budgets, severities={"budget": "block"})
    history = [past("90.00 EUR", number=n) for n in "ABC"]
    assert numbers(history, tried) == ([], ["C"])
    assert numbers([*history[:2], replace(history[2], status="rejected")], tried) == ([], ["C"])


def test_a_locked_period_and_required_fields_are_looked_at_anew() -> None:
    history = [past("90.00 EUR")]
    locked = replace(NOW, locked_until=date(2026, 11, 30), severities={"period_locked": "block"})
    assert numbers(history, locked) == ([], ["A"])
    strict = replace(NOW, required_fields=("number", "purchase_order"))
    assert numbers(history, strict) == ([], ["A"])


def test_a_credit_note_is_no_part_of_it() -> None:
    found = compare([past("90.00 EUR", type_code="381")], NOW, NOW)
    assert found.invoices == 0


def test_the_same_policy_changes_nothing() -> None:
    history = [past("700.00 EUR", OVER), past("90.00 EUR", BANK, number="B"), past(number="C")]
    found = compare(history, NOW, NOW)
    assert (found.more, found.fewer, found.untouched_now) == ((), (), 1)
