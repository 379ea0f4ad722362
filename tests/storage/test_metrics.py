"""Figures of a ledger filled by hand, so that every one of them can be counted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expense_agent.cli.command_shapes import metrics_shape
from expense_agent.domain.approval import Verdict
from expense_agent.domain.discount import Discount
from expense_agent.domain.policy import Hold
from expense_agent.ports import Closing, Registered
from expense_agent.service.figure_keys import METRICS
from expense_agent.storage.metrics import metrics
from tests.builders import an_invoice
from tests.storage.books import OVER_LIMIT, Books, books

BANK = Hold("account_changed", "block", "the bank account changed")
TWIN = Hold("duplicate", "block", "R-7 of this supplier is here already")
PAID_TWIN = Hold("duplicate", "block", "already paid", overridable=False)
UNSURE = Hold("category_unsure", "warn", "50 % sure")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def figures(made: Books) -> dict[str, Any]:
    return metrics_shape(metrics(made.database, made.clock.now()))


def waits(made: Books, number: str, payable: str = "720.00 EUR", *holds: Hold) -> Registered:
    known = made.register(an_invoice(payable, number=number))
    made.ask(known, f"i-{number}", holds=holds or (OVER_LIMIT,))
    return known


def approve(made: Books, known: Registered, interrupt: str, by: str = "ann") -> None:
    request = made.ledger.requests.one(known.id, interrupt)
    assert request is not None
    made.decide(known, request.request, by)
    made.pay(known, "f1", approved_by=(by,))


def clean(made: Books, number: str, payable: str = "90.00 EUR") -> Registered:
    known = made.register(an_invoice(payable, number=number))
    made.pay(known)
    return known


def test_an_empty_store_has_every_key_and_no_rates(made: Books) -> None:
    found = figures(made)
    assert found.keys() == METRICS.keys()
    assert found["touchless"] == {"count": 0, "of": 0, "percent": None}
    assert found["cycle_hours"] == {"count": 0, "p50": None, "p90": None}
    assert found["queue_age"]["oldest"] is None


def test_touchless_is_what_was_paid_without_asking(made: Books) -> None:
    clean(made, "A")
    clean(made, "B")
    approve(made, waits(made, "C"), "i-C")
    waits(made, "D")
    found = figures(made)
    assert found["touchless"] == {"count": 2, "of": 3, "percent": 66.7}
    assert found["invoices"] == {"all": 4, "scheduled": 3, "waiting": 1}


def test_a_voided_payment_counts_neither_as_paid_nor_as_spent(made: Books) -> None:
    made.take_back(clean(made, "A"), 1)
    clean(made, "B")
    found = figures(made)
    assert found["touchless"]["of"] == 1
    assert [spent["count"] for spent in found["spend_by_supplier"]] == [1]


def test_an_exception_has_a_hold_that_blocks(made: Books) -> None:
    clean(made, "A")
    waits(made, "B", "720.00 EUR", BANK)
    waits(made, "C", "720.00 EUR", UNSURE)
    assert figures(made)["exceptions"] == {"count": 1, "of": 3, "percent": 33.3}


def test_first_pass_is_approved_without_an_edit(made: Books) -> None:
    approve(made, waits(made, "A"), "i-A")
    changed = waits(made, "B")
    made.edit(changed, 2, payable_amount="700.00", category="travel")
    made.ask(changed, "i-B2", at_round=2)
    approve(made, changed, "i-B2")
    found = figures(made)
    assert found["first_pass"] == {"count": 1, "of": 2, "percent": 50.0}
    assert found["edits"] == {
        "category": {"count": 1, "of": 2, "percent": 50.0},
        "payable_amount": {"count": 1, "of": 2, "percent": 50.0},
    }


def test_times_are_nearest_ranks_in_hours(made: Books) -> None:
    for hours, number in enumerate("ABCDEFGHIJ", start=1):
        known = waits(made, number)
        made.clock.pass_time(hours=hours)
        approve(made, known, f"i-{number}")
    found = figures(made)
    assert found["cycle_hours_asked"] == {"count": 10, "p50": 5.0, "p90": 9.0}
    assert found["decision_hours"] == {"count": 10, "p50": 5.0, "p90": 9.0}


def test_the_age_of_the_queue_counts_from_the_first_question(made: Books) -> None:
    old = waits(made, "A")
    made.clock.pass_time(hours=100)
    made.ask(old, "i-A2", at_round=2)  # asked again: it has waited since the first time
    waits(made, "B")
    made.clock.pass_time(hours=2)
    age = figures(made)["queue_age"]
    assert (age["count"], age["p50"], age["oldest"]) == (2, 2.0, 102.0)
    assert age["by_age"] == {"a day": 1, "3 days": 0, "a week": 1, "a month": 0, "older": 0}


def test_a_rule_that_is_always_overridden_shows(made: Books) -> None:
    approve(made, waits(made, "A"), "i-A")
    approve(made, waits(made, "B", "720.00 EUR", OVER_LIMIT, BANK, UNSURE), "i-B")
    refused = waits(made, "C", "720.00 EUR", BANK)
    request = made.ledger.requests.one(refused.id, "i-C")
    assert request is not None
    made.refuse(refused, request.request)
    assert figures(made)["overrides"] == {
        "account_changed": {"count": 1, "of": 2, "percent": 50.0},
        "over_limit": {"count": 2, "of": 2, "percent": 100.0},
    }


def test_what_nobody_decided_in_time(made: Books) -> None:
    approve(made, waits(made, "A"), "i-A")
    late = waits(made, "B")
    request = made.ledger.requests.one(late.id, "i-B")
    assert request is not None
    made.decide(late, request.request, "clock", Verdict.EXPIRE)
    made.ledger.close_invoice(late, Closing("expired", "clock", "nobody decided in time"))
    waits(made, "C")
    assert figures(made)["expired"] == {"count": 1, "of": 2, "percent": 50.0}


def test_duplicates_stopped_are_summed_by_currency(made: Books) -> None:
    waits(made, "A", "720.00 EUR", TWIN)
    waits(made, "B", "10.50 EUR", PAID_TWIN)
    waits(made, "C", "900 JPY", TWIN)
    approve(made, waits(made, "D", "70.00 EUR", TWIN), "i-D")
    stopped = figures(made)["stopped"]
    assert stopped["duplicates"] == {"count": 3, "sums": {"EUR": "730.50", "JPY": "900"}}
    assert stopped["conflicts"] == {"count": 1, "sums": {"EUR": "10.50"}}


def test_spend_has_the_largest_first_in_each_currency(made: Books) -> None:
    clean(made, "A", "90.00 EUR")
    approve(made, waits(made, "B", "300.00 GBP"), "i-B")
    clean(made, "C", "10.00 EUR")
    assert figures(made)["spend_by_supplier"] == [
        {"supplier": "Nordwind Logistik AG", "currency": "EUR", "count": 2, "sum": "100.00"},
        {"supplier": "Nordwind Logistik AG", "currency": "GBP", "count": 1, "sum": "300.00"},
    ]
    assert [spent["category"] for spent in figures(made)["spend_by_category"]] == [None, "vehicles"]


def test_days_tell_agent_and_people_apart(made: Books) -> None:
    clean(made, "A")
    approve(made, waits(made, "B"), "i-B")
    made.clock.pass_time(days=1)
    made.edit(waits(made, "C"), 2, due_date="2026-12-24")
    none = dict.fromkeys(("automatic", "approve", "reject", "expire", "other", "edit"), 0)
    assert figures(made)["per_day"] == [
        {"day": "2026-11-22", **none, "automatic": 1, "approve": 1},
        {"day": "2026-11-23", **none, "edit": 1},
    ]


def test_sums_beyond_64_bits_are_still_exact(made: Books) -> None:
    huge = f"{9 * 10**16}.00 EUR"
    clean(made, "A", huge)
    clean(made, "B", huge)
    assert figures(made)["spend_by_supplier"][0]["sum"] == f"{18 * 10**16}.00"


def test_figures_cost_no_query_a_row(made: Books) -> None:
    def queries() -> int:
        asked: list[str] = []
        made.database.connection.set_trace_callback(asked.append)
        figures(made)
        made.database.connection.set_trace_callback(None)
        return len(asked)

    before = queries()
    for number in range(20):
        approve(made, waits(made, f"N{number}"), f"i-N{number}")
    assert queries() == before


def test_a_discount_is_lost_once_it_has_run_out_before_the_payment(made: Books) -> None:
    days = iter((date(2026, 11, 30), date(2026, 11, 23), date(2026, 11, 24), None))

    def with_discount(number: str, payable: str = "720.00 EUR") -> Registered:
        granted = (Discount(percent=Decimal(2), last_day=next(days)),)
        known = made.register(replace(an_invoice(payable, number=number), discounts=granted))
        made.ask(known, f"i-{number}")
        return known

    approve(made, with_discount("A"), "i-A")  # in time
    late = with_discount("B")
    with_discount("C", "100.00 GBP")  # waits until it is lost
    with_discount("D")  # its words name no day
    made.clock.pass_time(days=2)
    approve(made, late, "i-B")
    assert figures(made)["discount_lost"] == {"count": 1, "sums": {"EUR": "14.40"}}
    made.clock.pass_time(days=1)
    assert figures(made)["discount_lost"]["sums"] == {"EUR": "14.40", "GBP": "2.00"}
