from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.money import EXPONENTS, Money, plain

MINOR = st.integers(-(10**15), 10**15)
CURRENCY = st.sampled_from(sorted(EXPONENTS))
AMOUNT = st.decimals(-(10**12), 10**12, places=6)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@given(minor=MINOR, currency=CURRENCY)
def test_minor_units_there_and_back_lose_nothing(minor: int, currency: str) -> None:
    money = Money.from_minor(minor, currency)
    assert money.minor == minor
    assert money.is_exact


@given(amount=AMOUNT, currency=CURRENCY)
def test_rounding_is_exact_idempotent_and_half_a_unit_away_at_most(
    amount: Decimal, currency: str
) -> None:
    rounded = Money(amount, currency).rounded()
    half = Decimal("0.5").scaleb(-EXPONENTS[currency])
    assert rounded.is_exact
    assert rounded.rounded() == rounded
    assert abs(rounded.amount - amount) <= half


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("2.675", "EUR", "2.68"),
        ("0.5", "JPY", "1"),
        ("1.0005", "BHD", "1.001"),
    ],
)
def test_halves_are_rounded_up_not_to_even(amount: str, currency: str, rounded: str) -> None:
    assert Money(Decimal(amount), currency).rounded().amount == Decimal(rounded)


@pytest.mark.parametrize(
    ("amount", "currency", "exact"),
    [
        ("1.5", "JPY", False),
        ("1.0", "JPY", True),
        ("1.005", "EUR", False),
        ("1.230000", "EUR", True),
        ("1.005", "BHD", True),
    ],
)
def test_an_amount_is_exact_when_it_is_a_whole_number_of_minor_units(
    amount: str,
    currency: str,
    exact: bool,  # noqa: FBT001 - the expected answer
) -> None:
    assert Money(Decimal(amount), currency).is_exact is exact


def test_minor_units_of_an_inexact_amount_are_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="not a whole number"):
        _ = eur("1.005").minor


def test_two_currencies_never_add_up() -> None:
    with pytest.raises(AssertionError, match="two currencies"):
        eur("1") + Money(Decimal(1), "USD")


@given(one=MINOR, other=MINOR)
def test_adding_is_adding_minor_units(one: int, other: int) -> None:
    total = Money.from_minor(one, "EUR") + Money.from_minor(other, "EUR")
    assert total.minor == one + other


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (eur("1234567.5"), "1,234,567.50 EUR"),
        (eur("-0.1"), "-0.10 EUR"),
        (eur("1.005"), "1.005 EUR"),
        (Money(Decimal("1E+3"), "JPY"), "1,000 JPY"),
        (Money(Decimal(7), "BHD"), "7.000 BHD"),
    ],
)
def test_money_is_shown_with_the_decimals_of_its_currency(money: Money, text: str) -> None:
    assert str(money) == text


@given(amount=AMOUNT)
def test_the_plain_form_has_no_exponent_and_loses_nothing(amount: Decimal) -> None:
    assert "E" not in plain(amount)
    assert Decimal(plain(amount)) == amount


@pytest.mark.parametrize("amount", ["1E+3", "1E-7", "0E+2", "120.00"])
def test_an_exponent_is_written_out(amount: str) -> None:
    assert "E" not in plain(Decimal(amount))
    assert Decimal(plain(Decimal(amount))) == Decimal(amount)


def test_every_currency_has_a_code_of_three_letters_and_a_usual_exponent() -> None:
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
    assert set(EXPONENTS.values()) == {0, 2, 3}
    assert "XXX" not in EXPONENTS
