"""Discounts for early payment: read exactly or not at all, worth something until their last day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.discount import Discount, discounts_in
from expense_agent.domain.invoice import from_plain, to_compact, to_plain
from expense_agent.domain.money import Money
from expense_agent.domain.saving import discount_on
from tests.builders import an_invoice

ISSUED = date(2026, 11, 1)


def test_the_notation_of_xrechnung_is_read_line_by_line() -> None:
    terms = (
        "#SKONTO#TAGE=7#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.25#BASISBETRAG=500.00#\n"
        "#SKONTO#TAGE=30#PROZENT=0.00#\n#VERZUG#TAGE=30#PROZENT=9.00#\nVielen Dank"
    )
    assert list(discounts_in(terms, ISSUED)) == [
        Discount(Decimal("3.00"), date(2026, 11, 8)),
        Discount(Decimal("2.25"), date(2026, 11, 15), Decimal("500.00")),
    ]


@pytest.mark.parametrize(
    "terms",
    [None, "", "3% Skonto in 10 Tagen", "#SKONTO#TAGE=-1#PROZENT=2.00#", "#SKONTO#TAGE=7#",
     "#SKONTO#TAGE=7#PROZENT=2,00#", "#skonto#tage=7#prozent=2.00#", "#SKONTO#TAGE=7#PROZENT=2.00",
     "#SKONTO#TAGE=\u0667#PROZENT=2.00#", "#SKONTO#TAGE=7#PROZENT=200#"],
)  # fmt: skip
def test_what_is_not_in_that_notation_is_no_discount(terms: str | None) -> None:
    assert list(discounts_in(terms, ISSUED)) == []


def test_without_an_issue_date_the_last_day_is_not_known_and_nothing_is_offered() -> None:
    (discount,) = discounts_in("#SKONTO#TAGE=7#PROZENT=3.00#", None)
    assert discount == Discount(Decimal("3.00"))
    assert discount_on(replace(an_invoice(), discounts=(discount,)), ISSUED) is None


def test_the_end_of_the_calendar_is_no_crash() -> None:
    (discount,) = discounts_in("#SKONTO#TAGE=999#PROZENT=3.00#", date(9999, 12, 31))
    assert discount.last_day is None


@pytest.mark.parametrize(
    ("day", "saved", "to_pay"),
    [(1, "3.60 EUR", "116.40 EUR"), (8, "3.60 EUR", "116.40 EUR"), (9, "2.40 EUR", "117.60 EUR"),
     (15, "2.40 EUR", "117.60 EUR"), (16, None, None)],
)  # fmt: skip
def test_the_best_discount_that_still_holds_is_offered(
    day: int, saved: str | None, to_pay: str | None
) -> None:
    discounts = tuple(
        discounts_in("#SKONTO#TAGE=7#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.00#", ISSUED)
    )
    offer = discount_on(replace(an_invoice("120.00 EUR"), discounts=discounts), date(2026, 11, day))
    assert (offer and str(offer.amount), offer and str(offer.to_pay)) == (saved, to_pay)


@pytest.mark.parametrize("base", ["0", "-500.00", "999999.00"])
def test_a_base_that_would_save_nothing_or_everything_saves_nothing(base: str) -> None:
    discount = Discount(Decimal(50), ISSUED, Decimal(base))
    assert discount_on(replace(an_invoice(), discounts=(discount,)), ISSUED) is None


@pytest.mark.parametrize("payable", ["-5.00 EUR", "0 EUR", "EUR", "1.005 EUR"])
def test_what_is_not_paid_saves_nothing(payable: str) -> None:
    invoice = replace(an_invoice(payable), discounts=(Discount(Decimal(2), ISSUED),))
    assert discount_on(invoice, ISSUED) is None


@given(
    cents=st.integers(1, 10**12),
    percent=st.decimals("0.01", "99.99", places=2),
    days=st.integers(-5, 5),
)
def test_what_is_saved_and_what_is_paid_are_the_payable_amount(
    cents: int, percent: Decimal, days: int
) -> None:
    payable = Money.from_minor(cents, "EUR")
    discount = Discount(percent, ISSUED)
    invoice = replace(an_invoice(f"{payable.amount} EUR"), discounts=(discount,))
    offer = discount_on(invoice, ISSUED + timedelta(days=days))
    if offer is None:
        assert days > 0 or cents * percent < 50 or cents * (100 - percent) <= 50
        return
    assert days <= 0
    assert offer.amount + offer.to_pay == payable
    assert offer.amount.is_exact
    assert offer.amount.amount > 0 < offer.to_pay.amount


def test_discounts_survive_being_stored() -> None:
    discounts = (
        Discount(Decimal("2.00"), ISSUED, Decimal("99.50"), "2 % bis 01.11."),
        Discount(text="Skonto nach Vereinbarung"),
    )
    invoice = replace(an_invoice(), discounts=discounts)
    assert from_plain(to_plain(invoice)) == invoice
    assert from_plain(to_compact(invoice)) == invoice
