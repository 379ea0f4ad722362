from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.formatting import (
    account_blocks,
    counted,
    crop,
    crop_middle,
    grouped,
    hold_word,
    money,
    short_date,
    time_left,
    totals_line,
    totals_that_fit,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1240.00", "1,240.00"), ("0.10", "0.10"), ("-5", "-5"), ("1E+3", "1,000"), ("", "")],
)
def test_amounts_keep_every_digit(amount: str, shown: str) -> None:
    assert grouped(amount) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("330.5", "EUR", "330.50"), ("119", "GBP", "119.00"), ("-8.79", "EUR", "-8.79"),
        ("1000", "JPY", "1,000"), ("1.2", "KWD", "1.200"), ("0.125", "EUR", "0.125"),
        ("1E+3", "EUR", "1,000.00"), ("12", "XXX", "12"), ("", "EUR", ""),
    ],
)  # fmt: skip
def test_amounts_of_a_currency_have_at_least_its_decimals_and_lose_no_digit(
    amount: str, currency: str, shown: str
) -> None:
    assert grouped(amount, currency) == shown


def test_no_amount_is_said_in_words() -> None:
    assert money("", "EUR") == "no amount EUR"


def test_totals_stand_side_by_side_and_are_never_added() -> None:
    assert totals_line({"USD": "5.00", "EUR": "1000.00"}) == "EUR 1,000.00   USD 5.00"


def test_as_many_totals_as_fit_the_base_currency_first() -> None:
    totals = {"CHF": "1.00", "EUR": "2.00", "USD": "3.00"}
    assert totals_that_fit(totals, "EUR", 80).split() == "EUR 2.00 CHF 1.00 USD 3.00".split()
    assert totals_that_fit(totals, "EUR", 31).strip() == "EUR 2.00   +2 currencies"
    assert totals_that_fit(totals, "EUR", 5) == ""


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "M"])),
    st.integers(0, 60),
)
def test_a_cropped_text_is_exactly_as_wide_as_its_cell(text: str, width: int) -> None:
    assert cell_len(crop(text, width)) == width


def test_what_is_cut_off_leaves_a_mark() -> None:
    assert crop("Nordwind Logistik", 9) == "Nordwind~"
    assert crop("日本電気", 6) == "日本 ~"


def test_numbers_that_count_up_keep_their_ends() -> None:
    assert crop_middle("SINV-000003278", 11) == "SIN~0003278"
    assert crop_middle("SINV-000003278", 14) == "SINV-000003278"
    assert crop_middle("R-1", 5) == "R-1  "
    assert crop_middle("SINV-000003278", 3) == crop("SINV-000003278", 3)
    assert cell_len(crop_middle("日本電気日本電気", 9)) == 9


def test_a_near_date_goes_without_its_year() -> None:
    assert short_date("2026-12-01", NOW.date()) == "12-01"
    assert short_date("2028-12-01", NOW.date()) == "2028-12-01"
    assert short_date(None, date(2026, 1, 1)) == "-"


@pytest.mark.parametrize(
    ("until", "left"),
    [
        ("2026-11-25T12:00:00Z", "3d"),
        ("2026-11-24T11:59:59Z", "47h"),
        ("2026-11-22T13:00:00Z", "1h"),
        ("2026-11-22T12:30:00Z", "30m"),
        ("2026-11-22T12:00:01Z", "1m"),
        ("2026-11-22T12:00:00Z", "0m"),
        ("2026-11-21T12:00:00", "0m"),
    ],
)
def test_the_time_left_is_said_in_its_largest_unit(until: str, left: str) -> None:
    assert time_left(until, NOW) == left


def test_words() -> None:
    assert account_blocks("DE8937040044") == "DE89 3704 0044"
    assert counted(1, "invoice") == "1 invoice"
    assert counted(1200, "invoice") == "1,200 invoices"
    assert hold_word("account_changed") == "bank"
    assert hold_word("no_short_word") == "no short word"
