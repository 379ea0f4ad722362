"""Invoices like another, by indexes: twins in layers, usual amounts, sums."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.domain.facts import Facts, Scope
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.ports import Registered
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.storage.books import Books, books


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def layers(made: Books, known: Registered) -> dict[str, str]:
    return {twin.invoice_id: twin.layer for twin in made.ledger.facts_for(known).twins}


def facts(made: Books, known: Registered, **scope: object) -> Facts:
    return made.ledger.facts_for(known, replace(Scope(), **scope))  # type: ignore[arg-type]


def of_one_record(invoice: Invoice, beside: Invoice) -> Invoice:
    return replace(invoice, source=beside.source)


def test_each_twin_is_found_once_by_its_strongest_layer(made: Books) -> None:
    first = an_invoice("720.00 EUR", number="R-1001")
    known = made.register(first)
    similar = made.register(an_invoice("720.00 EUR", number="R-1001-1"))
    amount = made.register(an_invoice("720.00 EUR", number="X 77", issue_date=date(2026, 11, 8)))
    account = made.register(an_invoice("720.00 EUR", number="9", supplier="Fremd & Co"))
    copy = made.register(an_invoice("720.00 EUR", number="R 1001", supplier="Fremd KG"))
    record = made.register(of_one_record(an_invoice("730.00 EUR", number="R-99"), first))
    same = made.register(an_invoice("740.00 EUR", number="r1001"))
    assert layers(made, similar) == {known.id: "similar"}
    assert layers(made, amount) == {known.id: "amount", similar.id: "amount"}
    assert set(layers(made, account).values()) == {"account"}
    assert layers(made, copy)[known.id] == "copy"
    assert layers(made, record) == {known.id: "source"}
    assert layers(made, same) == {known.id: "number"}


def test_what_was_here_before_is_found_however_many_came_after(made: Books) -> None:
    paid = made.register(an_invoice("720.00 EUR", number="R-1001"))
    made.pay(paid)
    first = made.register(an_invoice("700.00 EUR", number="r1001"))
    several = [made.register(an_invoice(f"{n}.00 EUR", number="R 1001")) for n in range(600, 640)]
    assert layers(made, first) == {paid.id: "number"}
    assert paid.id in layers(made, several[-1])
    assert layers(made, paid) == {}


def test_invoices_just_under_the_limit_are_found_however_many_came_after(made: Books) -> None:
    first, *others = [
        made.register(an_invoice(f"499.{n} EUR", number=f"{n}", file=f"{n}")) for n in range(10, 60)
    ]
    assert not facts(made, first, near=(45_000, 50_000)).near
    assert [twin.invoice_id for twin in facts(made, others[0], near=(45_000, 50_000)).near] == [
        first.id
    ]


@pytest.mark.parametrize(("days", "found"), [(7, True), (-7, True), (8, False), (-8, False)])
def test_the_same_amount_counts_for_seven_days(made: Books, days: int, found: bool) -> None:  # noqa: FBT001
    made.register(an_invoice("720.00 EUR", number="A-1"))
    issued = date(2026, 11, 1) + timedelta(days)
    later = made.register(an_invoice("720.00 EUR", number="B-2", issue_date=issued))
    assert bool(layers(made, later)) == found


@pytest.mark.parametrize("number", ["REDACTED", "n/a", None])
def test_a_placeholder_makes_no_twin_by_amount_on_either_side(
    made: Books, number: str | None
) -> None:
    made.register(an_invoice("720.00 EUR", number=number))
    numbered = made.register(an_invoice("720.00 EUR", number="B-2"))
    assert layers(made, numbered) == {}
    again = made.register(
        an_invoice("720.00 EUR", number=number, issue_date=date(2026, 11, 2), file="again.csv")
    )
    assert layers(made, again) == {}


def test_rejected_ones_are_twins_with_their_status(made: Books) -> None:
    rejected = made.register(an_invoice("720.00 EUR"))
    made.refuse(rejected, made.ask(rejected))
    [twin] = made.ledger.facts_for(made.register(an_invoice("730.00 EUR"))).twins
    assert (twin.invoice_id, twin.status, twin.paid) == (rejected.id, "rejected", False)


def test_a_pair_told_apart_is_no_pair_in_either_direction(made: Books) -> None:
    first = made.register(an_invoice("720.00 EUR", number="A-1"))
    second = made.register(an_invoice("720.00 EUR", number="B-2"))
    third = made.register(an_invoice("720.00 EUR", number="C-3"))
    made.ledger.tell_apart(second, [first.id], "ann")
    made.ledger.tell_apart(second, [first.id], "ann")
    made.pay(second)
    assert layers(made, first) == {}
    assert layers(made, second) == {}
    assert set(layers(made, third)) == {first.id, second.id}
    assert made.findings() == ()


def test_usual_amounts_are_those_paid_in_the_same_currency(made: Books) -> None:
    for n in range(3):
        made.pay(made.register(an_invoice(f"{100 + n}.00 EUR", number=f"P-{n}")))
    made.register(an_invoice("999.00 EUR", number="WAITS"))
    made.pay(made.register(an_invoice("888.00 GBP", number="POUNDS")))
    made.pay(made.register(an_invoice("777.00 EUR", number="OTHER", supplier="Südwind KG")))
    asked = made.register(an_invoice("500.00 EUR", number="NEW"))
    assert sorted(made.ledger.facts_for(asked).usual) == [100, 101, 102]


def test_sums_of_the_window_forget_what_left_before_it(made: Books) -> None:
    made.pay(made.register(an_invoice("100.00 EUR", number="OLD")))
    made.clock.pass_time(days=29)
    made.pay(made.register(an_invoice("40.00 EUR", number="NEW")))
    asked = made.register(an_invoice("1.00 EUR", number="ASKED", account=OTHER_IBAN))

    def left(window_days: int) -> dict[str, tuple[Money, ...]]:
        found = facts(made, asked, window_days=window_days).automatic
        return {sums.party: sums.sums for sums in found}

    assert left(30) == {"name:nordwind logistik": (Money(Decimal("140.00"), "EUR"),)}
    assert left(29) == {"name:nordwind logistik": (Money(Decimal("40.00"), "EUR"),)}


def test_what_people_approved_is_in_no_automatic_sum(made: Books) -> None:
    known = made.register(an_invoice("720.00 EUR"))
    made.decide(known, made.ask(known))
    made.pay(known, "f1", approved_by=("ann",))
    assert made.ledger.facts_for(made.register(an_invoice("1.00 EUR", number="X"))).automatic == ()


def test_half_approved_money_is_committed_as_well(made: Books) -> None:
    half = made.register(an_invoice("720.00 EUR", number="HALF"))
    made.decide(half, made.ask(half, "h1", needed=2))
    made.ask(half, "h2", level=2, needed=2)
    made.pay(made.register(an_invoice("100.00 EUR", number="PAID")))
    asked = made.register(an_invoice("1.00 EUR", number="ASKED"))
    month = made.clock.now().strftime("%Y-%m")
    both = tuple((category, (month,)) for category in ("vehicles", "office"))
    committed = facts(made, asked, budgets=both).committed
    assert committed == {"vehicles": (Money(Decimal("820.00"), "EUR"),), "office": ()}
    without_itself = facts(made, half, budgets=both).committed["vehicles"]
    assert without_itself == (Money(Decimal("100.00"), "EUR"),)


@pytest.mark.parametrize("answered", [(1,), (2,), (1, 3), (2, 3), (3,)])
def test_of_several_asked_at_once_money_is_committed_once_whoever_answered_first(
    made: Books, answered: tuple[int, ...]
) -> None:
    known = made.register(an_invoice("720.00 EUR", number="AT-ONCE"))
    pair = [made.request(known, f"i-{level}", level=level, needed=3) for level in (1, 2, 3)]
    made.ask_all(known, *pair)
    asked = made.register(an_invoice("30.00 EUR", number="NEW"))
    budget = (("vehicles", ("2026-11",)),)
    assert facts(made, asked, budgets=budget).committed == {"vehicles": ()}
    for level in answered:
        made.decide(known, pair[level - 1], by=f"person {level}")
    committed = facts(made, asked, budgets=budget).committed
    assert committed == {"vehicles": (Money(Decimal("720.00"), "EUR"),)}
    assert facts(made, known, budgets=budget).committed == {"vehicles": ()}


def test_an_account_of_another_is_known_by_their_name_and_not_by_ones_own(made: Books) -> None:
    made.pay(made.register(an_invoice("10.00 EUR")))
    stranger = made.register(an_invoice("20.00 EUR", supplier="Fremd & Co", number="F"))
    assert made.ledger.facts_for(stranger).others_with_account == ("nordwind logistik",)
    same = made.register(an_invoice("30.00 EUR", number="S", account=NORDWIND_IBAN))
    assert made.ledger.facts_for(same).others_with_account == ()
