from dataclasses import replace

import pytest

from expense_agent.domain.edit import EditField, fields_of
from tests.tui.fake_service import CATEGORIES, FakeService, a_row
from tui.model.edit_form import FieldError, Form, Typed, form_of, matching, read_field

FORM = form_of(FakeService([a_row(1)]).invoice("inv-1"))


def typed(comment: str = "agreed by phone", **values: str) -> Typed:
    return FORM.read({**FORM.before, "comment": comment, **values}, CATEGORIES)


def read_as(name: str, text: str, currency: str = "EUR") -> str:
    """Read a text as a field of the form of an invoice in a currency."""
    detail = FakeService([a_row(1, currency=currency)]).invoice("inv-1")
    field = next(one for one in form_of(detail).fields if one.name == name)
    return read_field(field, text, CATEGORIES)


def test_an_untouched_form_changes_nothing_and_says_so() -> None:
    assert typed() == Typed({}, {"comment": "nothing is changed yet"})


def test_only_changed_fields_are_changes() -> None:
    assert typed(payable_amount="1,200.5").changes == {"payable_amount": "1200.50"}


def test_the_same_amount_written_otherwise_is_no_change() -> None:
    assert not typed(payable_amount="1,240").changes


def test_a_change_without_a_comment_is_not_taken() -> None:
    assert typed(comment=" ", due_date="2026-12-01").problems == {
        "comment": "say why: the next approver reads it"
    }


def test_each_wrong_field_has_its_own_sentence() -> None:
    problems = typed(payable_amount="12,5", due_date="1.12.2026").problems
    assert problems["payable_amount"] == "write it as 1240.50, with a decimal point"
    assert problems["due_date"] == "write it as 2026-12-31"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("payable_amount", "1240", "1240.00"),
        ("payable_amount", "0.1", "0.10"),
        ("category", "software", "software"),
        ("category", "Freight", "vehicles"),
        ("category", "OFF", "office"),
        ("due_date", " 2026-12-01 ", "2026-12-01"),
        ("account", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("account", "099-1234", "099-1234"),
        ("currency", "usd", "USD"),
    ],
)
def test_what_can_be_read_is_put_into_its_plain_form(name: str, text: str, value: str) -> None:
    assert read_as(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("payable_amount", "1e3", "decimal point"),
        ("payable_amount", "-5", "decimal point"),
        ("payable_amount", "0", "above zero"),
        ("payable_amount", "1.005", "EUR has 2 decimals"),
        ("payable_amount", "1,24", "decimal point"),
        ("category", "xyz", "no category"),
        ("category", "", "no category"),
        ("category", "s", "several match: software, vehicles, office"),
        ("due_date", "2026-02-30", "2026-12-31"),
        ("account", "", "cannot be taken away"),
        ("currency", "euro", "three letters"),
        ("account", "DE88370400440532013000", "check digits"),
        ("account", "DE8937040044053201300", "22 characters"),
    ],
)
def test_what_cannot_be_read_says_what_would_be_right(name: str, text: str, why: str) -> None:
    with pytest.raises(FieldError, match=why):
        read_as(name, text)


def test_yen_has_no_decimals() -> None:
    assert read_as("payable_amount", "1240", "JPY") == "1240"
    with pytest.raises(FieldError, match="JPY has 0 decimals"):
        read_as("payable_amount", "1240.5", "JPY")


def test_categories_that_begin_with_the_text_come_first() -> None:
    assert matching("off", CATEGORIES) == ["office"]
    assert matching("office supplies", CATEGORIES) == ["office"]


def test_a_credit_is_one_of_those_that_are_open_and_sets_the_amount_itself() -> None:
    credit = EditField("offset", "credit", "Offset credit", choices=(("abc123", "C-1"),))
    form = Form((*FORM.fields, credit), {**FORM.before, "offset": ""})
    untouched = {**form.before, "comment": "agreed"}
    assert form.read({**untouched, "offset": "abc123"}, CATEGORIES).changes == {"offset": "abc123"}
    unknown = form.read({**untouched, "offset": "zzz"}, CATEGORIES).problems["offset"]
    assert unknown == "no credit 'zzz' is open; there are abc123"
    both = {**untouched, "offset": "abc123", "payable_amount": "12"}
    assert "change one or the other" in form.read(both, CATEGORIES).problems["offset"]


def test_the_fields_are_those_of_the_request_and_what_it_fixes_is_not_read() -> None:
    assert [field.name for field in FORM.fields][:2] == ["payable_amount", "currency"]
    assert typed(currency="USD").changes == {}


def test_a_field_of_a_type_nobody_knows_is_read_as_text() -> None:
    schema = {"properties": {"colour": {"format": "colour", "title": "Colour"}}}
    form = form_of(replace(FakeService([a_row(1)]).invoice("inv-1"), edit_fields=fields_of(schema)))
    assert form.read({"colour": "red", "comment": "why"}, CATEGORIES).changes == {"colour": "red"}
    assert form.title("colour") == "Colour"
