"""When it is due, and to which period it belongs."""

from datetime import date

from expense_agent.domain import rules
from expense_agent.domain.facts import Facts
from expense_agent.domain.policy import Policy
from tests.builders import an_invoice
from tests.domain.rule_words import hold, holds

TODAY = Facts(today=date(2026, 11, 22))


def test_what_is_issued_in_a_closed_period_is_held() -> None:
    closed = Policy(locked_until=date(2026, 10, 31))
    found = hold(rules.period_locked, an_invoice(issue_date=date(2026, 10, 31)), policy=closed)
    assert found.reason == "issued 2026-10-31, in a period that is closed up to 2026-10-31"
    assert found.severity == "block"
    assert holds(rules.period_locked, an_invoice(issue_date=date(2026, 11, 1)), policy=closed) == []
    assert holds(rules.period_locked, an_invoice(issue_date=None), policy=closed) == []
    assert holds(rules.period_locked, an_invoice(issue_date=date(2020, 1, 1))) == []


def test_a_missing_due_date_is_pointed_out_with_the_one_assumed() -> None:
    found = hold(rules.due_date, an_invoice(due_date=None), TODAY)
    assert found.reason == "no due date: 2026-12-01 is assumed, 30 days after issue"
    assert found.severity == "warn"


def test_a_due_date_that_has_passed_is_pointed_out_without_counting_days() -> None:
    late = an_invoice(due_date=date(2026, 11, 21))
    tomorrow = Facts(today=date(2026, 11, 23))
    assert hold(rules.due_date, late, TODAY).reason == "was due on 2026-11-21"
    assert hold(rules.due_date, late, tomorrow) == hold(rules.due_date, late, TODAY)
    assert holds(rules.due_date, an_invoice(due_date=date(2026, 11, 22)), TODAY) == []


def test_a_due_date_at_a_weekend_is_pointed_out_with_the_day_banks_work() -> None:
    sunday = an_invoice(due_date=date(2026, 11, 29))
    found = hold(rules.due_weekend, sunday, TODAY)
    assert found.reason == "due on a Sunday, 2026-11-29: banks carry it out on 2026-11-30"
    assert holds(rules.due_weekend, an_invoice(due_date=date(2026, 11, 30)), TODAY) == []


def test_what_transfers_nothing_is_never_due() -> None:
    credit = an_invoice(type_code="381", due_date=None)
    assert holds(rules.due_date, credit, TODAY) == []
    assert holds(rules.due_weekend, an_invoice(type_code="381"), TODAY) == []
