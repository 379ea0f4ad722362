from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.service import Term
from expense_agent.views import EXAMPLE, HOLD_WORDS, FilterError, parse

TODAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("nord", (Term("text", "contains", "nord"),)),
        ("Supplier:NORD", (Term("supplier", "contains", "nord"),)),
        ("supplier=nord", (Term("supplier", "=", "nord"),)),
        ('supplier:"nord wind"', (Term("supplier", "contains", "nord wind"),)),
        ("!office", (Term("text", "contains", "office", negated=True),)),
        ("!category:office", (Term("category", "contains", "office", negated=True),)),
        ("currency:eur", (Term("currency", "=", "eur"),)),
        ("amount>500", (Term("amount", ">", "500"),)),
        ("amount<=1,240.50", (Term("amount", "<=", "1240.50"),)),
        ("amount:12", (Term("amount", "=", "12"),)),
        ("amount>500EUR", (Term("amount", ">", "500"), Term("currency", "=", "eur"))),
        ("due<7d", (Term("due", "<", "2026-11-29"),)),
        ("due<today", (Term("due", "<", "2026-11-22"),)),
        ("due>=2026-12-31", (Term("due", ">=", "2026-12-31"),)),
        ("due>-3d", (Term("due", ">", "2026-11-19"),)),
        ("hold:bank", (Term("hold", "=", "account_changed"),)),
        ("hold:nobank", (Term("hold", "=", "account_unknown"),)),
        ("hold:account", (Term("hold", "contains", "account"),)),
        ("nord due<1d", (Term("text", "contains", "nord"), Term("due", "<", "2026-11-23"))),
    ],
)
def test_what_can_be_said(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text, TODAY) == terms


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("vendor:nord", "no field 'vendor'; there are text, supplier"),
        ("nord amount>lots", "amount>lots: 'lots' is not an amount"),
        ("amount>1.240,50", "is not an amount"),
        ("due<soon", "'soon' is no date; write due<7d"),
        ("due<2026-02-30", "is no date"),
        ("due<9999999d", "is no date"),
        ("supplier>nord", "supplier is text; write supplier:nord"),
        ("supplier:", "nothing follows :"),
        ("!", "! stands alone"),
        ('"nord', "a quotation mark is not closed"),
        ("!amount>500EUR", "not both at once"),
        ("word " * 101, "101 parts; a filter takes 100 at most"),
        ("x" * 2_000_000, "2,000,000 characters; a filter takes 10,000 at most"),
    ],
)
def test_what_cannot_be_understood_is_named_with_what_would_be_right(text: str, why: str) -> None:
    with pytest.raises(FilterError) as refused:
        parse(text, TODAY)
    assert why in str(refused.value)


def test_the_example_is_a_filter() -> None:
    assert len(parse(EXAMPLE, TODAY)) == 6


def test_every_word_of_the_list_finds_its_rule() -> None:
    for rule, word in HOLD_WORDS.items():
        assert parse(f"hold:{word.replace(' ', '')}", TODAY) == (Term("hold", "=", rule),)


@given(st.text())
def test_whatever_is_typed_it_is_a_filter_or_a_filter_error(text: str) -> None:
    with suppress(FilterError):
        assert all(isinstance(term, Term) for term in parse(text, TODAY))
