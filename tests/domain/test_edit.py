from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.credit import Credit
from expense_agent.domain.edit import EditField, edit_fields, fields_of, read_changes, schema_of
from expense_agent.domain.invoice import EDITABLE, with_changes
from expense_agent.domain.money import Money
from tests.builders import OTHER_IBAN, an_invoice

CATEGORIES = ("travel", "meals")
CREDIT_NOTE = "381"


def form(currency: str = "EUR", **more: Any) -> tuple[EditField, ...]:
    return edit_fields(an_invoice(f"80 {currency}", **more))


OPEN = tuple(field.name for field in form() if not field.fixed)


def clean(field: str, typed: str, currency: str = "EUR") -> str:
    values, problems = read_changes({field: typed}, form(currency), CATEGORIES)
    assert problems == {}
    return values[field]


def refused(field: str, typed: str, currency: str = "EUR") -> str:
    values, problems = read_changes({field: typed}, form(currency), CATEGORIES)
    assert values == {}
    return problems[field]


@pytest.mark.parametrize(
    ("field", "typed", "canonical"),
    [
        ("payable_amount", " 80.1 ", "80.10"),
        ("payable_amount", "0.01", "0.01"),
        ("payable_amount", "0080", "80.00"),
        ("due_date", "2026-12-24", "2026-12-24"),
        ("account", "gb82 west 1234 5698 7654 32", OTHER_IBAN),
        ("account", "099999990-417022310", "099999990-417022310"),
        ("category", "travel", "travel"),
    ],
)
def test_what_is_typed_is_stored_in_its_one_canonical_form(
    field: str, typed: str, canonical: str
) -> None:
    assert clean(field, typed) == canonical
    assert clean(field, canonical) == canonical


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("payable_amount", "80,10", "is not an amount like 1240.00"),
        ("payable_amount", "1e3", "is not an amount"),
        ("payable_amount", "-5", "is not an amount"),
        ("payable_amount", "NaN", "is not an amount"),
        ("payable_amount", "5_95", "is not an amount"),
        ("payable_amount", "\u0665", "is not an amount"),
        ("payable_amount", "", "is not an amount"),
        ("payable_amount", "1.005", "EUR has 2 decimals"),
        ("payable_amount", "0", "must be above zero; to pay nothing, reject it"),
        ("due_date", "24.12.2026", "is not a date like 2026-12-01"),
        ("due_date", "2026-02-30", "there is no 2026-02-30"),
        ("account", "GB83WEST12345698765432", "its check digits are wrong"),
        ("account", "GB82 WEST 1234", "an IBAN of GB has 22 characters, this one 12"),
        ("account", "x", "neither an IBAN nor an account number"),
        ("account", "[red]12345", "neither an IBAN nor an account number"),
        ("category", "holidays", "no category 'holidays'; there are meals, travel"),
        (
            "currency",
            "USD",
            "currency cannot be edited (the document's own; reject it if that is wrong)",
        ),
        ("number", "R-2", "number cannot be edited; only payable_amount, category"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(field: str, typed: str, reason: str) -> None:
    assert reason in refused(field, typed)


def test_the_decimals_are_those_of_the_currency() -> None:
    assert clean("payable_amount", "1.005", "BHD") == "1.005"
    assert refused("payable_amount", "1.5", "JPY") == "JPY has 0 decimals"


def test_good_and_bad_fields_of_one_form_are_told_apart() -> None:
    values, problems = read_changes({"payable_amount": "5", "due_date": "x"}, form(), CATEGORIES)
    assert values == {"payable_amount": "5.00"}
    assert list(problems) == ["due_date"]


@given(minor=st.integers(1, 10**14))
def test_every_amount_that_can_be_paid_can_be_typed(minor: int) -> None:
    money = Money.from_minor(minor, "EUR")
    assert clean("payable_amount", str(money.amount)) == str(money.amount)


@given(typed=st.text(max_size=20), field=st.sampled_from(OPEN))
def test_any_other_text_is_a_problem_and_never_an_error(typed: str, field: str) -> None:
    values, problems = read_changes({field: typed}, form(), CATEGORIES)
    assert values.keys() | problems.keys() == {field}


def test_whatever_is_read_can_be_applied() -> None:
    assert {*EDITABLE, "category"} == set(OPEN)
    typed = {"payable_amount": "5", "due_date": "2026-12-24", "account": OTHER_IBAN}
    values, _ = read_changes(typed, form(), CATEGORIES)
    assert with_changes(an_invoice(), values).payable == Money.from_minor(500, "EUR")


def test_the_schema_of_a_request_says_all_that_a_form_needs() -> None:
    assert fields_of(schema_of(form("BHD"))) == form("BHD")


def test_credits_that_are_open_are_a_field_where_something_is_paid() -> None:
    eur = Money.from_minor(23800, "EUR")
    credit = Credit("cr3d1t", "t", "C-1", "2026-11-01", eur, eur)
    (field,) = (one for one in edit_fields(an_invoice(), (credit,)) if one.kind == "credit")
    assert field.choices == (("cr3d1t", "C-1, 238.00 EUR"),)
    assert fields_of(schema_of((field,))) == (field,)
    collected = edit_fields(an_invoice(type_code=CREDIT_NOTE), (credit,))
    assert all(one.kind != "credit" for one in collected)


def test_where_nothing_is_transferred_the_account_is_shown_and_not_changed() -> None:
    fields = form(type_code=CREDIT_NOTE)
    _, problems = read_changes({"account": OTHER_IBAN}, fields, CATEGORIES)
    assert "account cannot be edited (nothing is transferred)" in problems["account"]


def test_a_type_that_a_later_version_adds_is_text_to_this_one() -> None:
    (field,) = fields_of({"properties": {"colour": {"format": "colour"}}})
    assert (field.kind, field.title, field.fixed) == ("text", "colour", "")
