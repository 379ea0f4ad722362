"""Twins in layers: what is certain stops a payment, what is only possible is pointed out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from expense_agent.domain import rules
from expense_agent.domain.facts import Facts, Twin
from expense_agent.domain.policy import Hold, news
from expense_agent.domain.twins import loose_numbers, marks, same_series
from tests.builders import a_supplier, an_invoice
from tests.domain.rule_words import a_twin, hold, holds


@pytest.mark.parametrize("layer", ["source", "number", "similar", "copy"])
def test_each_certain_layer_blocks_and_names_its_twin(layer: str) -> None:
    found = hold(rules.duplicate, an_invoice(), Facts(twins=(a_twin(layer),)))
    assert (found.severity, found.overridable, found.twins) == ("block", True, ("t1",))
    assert found.evidence == (
        "t1: R-1000 of Nordwind Logistik AG, 120.00 EUR, dated 2026-10-30, waiting",
    )


def test_the_same_amount_within_a_week_is_only_pointed_out() -> None:
    facts = Facts(twins=(a_twin("amount"),))
    assert holds(rules.duplicate, an_invoice(), facts) == []
    found = hold(rules.possible_duplicate, an_invoice(), facts)
    assert (found.severity, found.twins) == ("warn", ("t1",))


@pytest.mark.parametrize("layer", ["source", "similar", "copy"])
def test_a_twin_that_gets_paid_is_news_and_nothing_else_about_it_is(layer: str) -> None:
    def found(twin: Twin) -> tuple[Hold, ...]:
        return tuple(holds(rules.duplicate, an_invoice(), Facts(twins=(twin,))))

    seen = found(a_twin(layer))
    same = found(replace(a_twin(layer), status="rejected"))
    paid = found(a_twin(layer, paid=True))
    assert news(same, seen) == ()
    assert news(paid, seen) == paid


def test_two_numbers_of_one_series_in_one_file_are_two_invoices() -> None:
    listed = a_twin("amount", number="R-1000", same_file=True)
    assert (
        holds(rules.possible_duplicate, an_invoice(number="R-1001"), Facts(twins=(listed,))) == []
    )
    other = replace(listed, number="2026/17")
    assert len(holds(rules.possible_duplicate, an_invoice(), Facts(twins=(other,)))) == 1


@pytest.mark.parametrize(("every", "pointed_out"), [(7, False), (3, False), (30, True)])
def test_an_amount_that_comes_as_often_anyway_is_no_duplicate(
    every: int,
    pointed_out: bool,  # noqa: FBT001
) -> None:
    """The invoice is of 1 November, its twin of the same amount seven days older."""
    last = date(2026, 10, 25)
    rhythm = tuple(last - timedelta(every * n) for n in range(4))
    facts = Facts(twins=(a_twin("amount", dated=last.isoformat()),), rhythm=rhythm)
    assert bool(holds(rules.possible_duplicate, an_invoice(), facts)) == pointed_out


def test_the_same_amount_into_the_same_account_under_another_name_is_pointed_out() -> None:
    facts = Facts(twins=(a_twin("account"),))
    assert holds(rules.duplicate, an_invoice(), facts) == []
    assert hold(rules.possible_duplicate, an_invoice(), facts).severity == "warn"


# --- what makes twins


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("R-1001", "R-1001-1"),
        ("R-1001", "R 1001/A"),
        ("1001", "1001A"),
        ("00471", "471"),
        ("INV-00471", "INV-471"),
        ("2026-0017", "2026-17"),
        ("RO-1O01", "R0-1001"),
        ("I-551", "1-551"),
        ("l-551", "I-551"),
    ],
)
def test_numbers_that_are_mistaken_for_each_other_are_similar(one: str, other: str) -> None:
    assert set(loose_numbers(one)) & set(loose_numbers(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("R-1001", "R-1002"), ("R-101", "R-1001"), ("2026-17", "2027-17"), ("A-1", "B-1"),
     ("R-10010", "R-1001"), ("22004571", "22004572")],
)  # fmt: skip
def test_numbers_that_follow_each_other_are_not_similar(one: str, other: str) -> None:
    assert not set(loose_numbers(one)) & set(loose_numbers(other))


@pytest.mark.parametrize("number", [None, "", "n/a", "REDACTED PERSONAL DATA", "-", "000"])
def test_a_placeholder_marks_nothing_but_where_it_was_read(number: str | None) -> None:
    assert [layer for layer, _ in marks(an_invoice(number=number))] == ["source"]


def test_a_similar_number_counts_with_the_same_amount_and_currency_only() -> None:
    def similar(payable: str) -> set[str]:
        return {mark for layer, mark in marks(an_invoice(payable)) if layer == "similar"}

    assert similar("120.00 EUR") & similar("120 EUR")
    assert not similar("120.00 EUR") & similar("120.01 EUR")
    assert not similar("120.00 EUR") & similar("120.00 GBP")


def test_every_key_of_a_supplier_marks() -> None:
    both = an_invoice(supplier=a_supplier("Nordwind AG", "DE1"))
    by_name = an_invoice(supplier=a_supplier("Nordwind AG"))
    assert {m for lay, m in marks(both) if lay == "number"} > {
        m for lay, m in marks(by_name) if lay == "number"
    }


def test_a_series_is_how_a_number_is_built() -> None:
    assert same_series("R-1001", "R-9999")
    assert not same_series("R-1001", "2026/17")
