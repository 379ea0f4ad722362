"""The table of number notations: every reading, and everything that is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.importers.amounts import (
    Amount,
    ExactNumber,
    NumberNotation,
    notation_of,
    without_noise,
)
from expense_agent.importers.problem import UnreadableError
from tests.importers.reading import amounts, column, read, reasons

POINT, COMMA = NumberNotation("."), NumberNotation(",")
SEPARATORS = {
    ".": ["", ",", "'", " ", "\u00a0", "\u202f", "\u2019"],
    ",": ["", ".", "'", " ", "\u2009"],
}


def refused(notation: NumberNotation, text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        notation.read(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", "5"), ("1234567", "1234567"), ("12.5", "12.5"), ("12.50", "12.50"), (".5", "0.5"),
        ("626.4100000000001", "626.4100000000001"), ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"), ("1'234.50", "1234.50"), ("1 234.50", "1234.50"),
        ("1\u00a0234\u00a0567.5", "1234567.5"), ("1,234", "1234"), ("1.234", "1.234"),
        ("0.123", "0.123"), ("1234.567", "1234.567"), ("-5", "-5"), ("\u22125", "-5"), ("+5", "5"),
        ("5-", "-5"), ("(5)", "-5"), ("5 CR", "-5"), ("5cr", "-5"), ("5 DR", "5"), ("-0.00", "0"),
    ],
)  # fmt: skip
def test_with_a_decimal_point(text: str, value: str) -> None:
    assert POINT.read(text) == Amount(Decimal(value), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", "5"), ("12,5", "12.5"), ("1.234,50", "1234.50"), ("1.234.567", "1234567"),
        ("1.234", "1234"), ("1,234", "1.234"), ("0,123", "0.123"), ("1 234,50", "1234.50"),
        ("(1.234,50)", "-1234.50"), ("1.234,50-", "-1234.50"),
    ],
)  # fmt: skip
def test_with_a_decimal_comma(text: str, value: str) -> None:
    assert COMMA.read(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("EUR 5.00", "EUR"), ("5.00 EUR", "EUR"), ("5.00EUR", "EUR"), ("eur 5.00", "EUR"),
        ("€5.00", "€"), ("5.00 €", "€"), ("-€5.00", "€"), ("€-5.00", "€"), ("(€5.00)", "€"),
        ("£5.00", "£"), ("5.00 kr", "KR"), ("5.00 zł", "ZŁ"), ("EUR 5.00 CR", "EUR"),
    ],
)  # fmt: skip
def test_one_currency_is_taken_off_and_told(text: str, mark: str) -> None:
    found = POINT.read(text)
    assert (abs(found.value), found.mark) == (Decimal("5.00"), mark)


@pytest.mark.parametrize(
    "text",
    [
        "1e5", "1E+05", "0x1F", "1_000", "NaN", "Infinity", "-inf", "5%", "\u0665", "\uff15.00",
        "1.2.3,4",
        "--5", "+-5", "-5-", "-(5)", "((5))", "(5", "5)", "5 CR-", "CR 5", "EUR 5 USD", "€€5",
        "12,34,567.00", "1,23", "1 23.00", "1,2345.00", "12'34", "", "-", "EUR", "5.", "five",
        "1/2", "5,00 5,00", "1\u200b000.00", "\u202e5.00", "1" * 16, "0." + "1" * 18, "9" * 5000,
        "123456789012345.12345678901234", "1..5", "1,,000.00", ",", "1,234.5.6", "1,234.5 6",
        "1.5.5", "5 - 3",
    ],
)  # fmt: skip
def test_what_is_not_one_amount_is_refused(text: str) -> None:
    assert refused(POINT, text)


def test_one_separator_before_three_digits_is_never_guessed() -> None:
    assert "may be 1234 or 1.234" in refused(NumberNotation(), "1.234")
    assert "may be 1234 or 1.234" in refused(NumberNotation(".", contested=True), "1,234")


def test_a_value_that_contradicts_its_column_is_refused() -> None:
    assert 'decimal sign is "."' in refused(POINT, "1,5")
    assert 'decimal sign is ","' in refused(COMMA, "1,234.50")


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["1.50"], "."), (["1,50"], ","), (["1.234", "1,5"], ","), (["1,234.5"], "."),
        (["1.234.567"], ","), (["0.123"], "."), (["1.234", "500"], None), ([], None),
        (["x", "1.5", "-"], "."), (["1,5"] + ["1.5"] * 10, "."),
    ],
)  # fmt: skip
def test_a_column_proves_its_decimal_sign(values: list[str], decimal: str | None) -> None:
    notation = notation_of(values)
    assert notation
    assert notation.decimal == decimal


def test_a_column_with_both_signs_proves_nothing() -> None:
    assert notation_of(["1,5", "1.5"]) is None
    table = column("payable_amount", "1,5", "1.5")
    assert "some values have a decimal point, others a decimal comma" in reasons(read(table))[0]


def test_a_later_value_is_never_read_in_another_way() -> None:
    table = column("payable_amount", *["2.50"] * 5_010, "1,5", "1,234", "1.234")
    found = read(table)
    (said,) = reasons(found)
    assert said.startswith('line 5012: payable amount "1,5" is written unlike the rest of its col')
    assert amounts(table)[-2:] == [Decimal(1234), Decimal("1.234")]


def test_a_typed_number_has_a_decimal_point_whatever_the_column() -> None:
    assert COMMA.read(ExactNumber("1.234")).value == Decimal("1.234")


@pytest.mark.parametrize("text", ["1e3", "1E400", "-", "1.", "01x", "9" * 5000])
def test_a_typed_number_is_digits_only(text: str) -> None:
    assert refused(POINT, ExactNumber(text))


@pytest.mark.parametrize(
    ("value", "currency", "kept"),
    [
        ("626.4100000000001", "EUR", "626.41"), ("626.4099999999999", "EUR", "626.41"),
        ("12.004", "EUR", "12.004"), ("12.000002", "EUR", "12.000002"),
        ("12.000001", "EUR", "12.00"), ("12.5", "EUR", "12.5"), ("12", "EUR", "12"),
        ("1980.0000001", "JPY", "1980"), ("1980.5", "JPY", "1980.5"), ("100.00", "JPY", "100.00"),
        ("1.2345", "BHD", "1.2345"), ("1.2340000001", "BHD", "1.234"),
    ],
)  # fmt: skip
def test_binary_noise_is_undone_and_real_decimals_stay(
    value: str, currency: str, kept: str
) -> None:
    assert str(without_noise(Decimal(value), currency)) == kept


@given(
    st.decimals(min_value=0, max_value=999_999_999, places=2, allow_nan=False),
    st.sampled_from([".", ","]),
    st.data(),
)
def test_an_amount_reads_back_in_every_notation(
    value: Decimal, decimal: str, data: st.DataObject
) -> None:
    group = data.draw(st.sampled_from(SEPARATORS[decimal]))
    sign = data.draw(st.sampled_from(["{}", "-{}", "{}-", "({})", "{} CR", "{} EUR", "€ {}"]))
    whole, _, fraction = f"{value:,.2f}".partition(".")
    text = sign.format(whole.replace(",", group) + decimal + fraction)
    negative = sign in ("-{}", "{}-", "({})", "{} CR")
    assert NumberNotation(decimal).read(text).value == (-value if negative else value)


@given(st.text(alphabet="0123456789.,' -+()eE%_€$CRDEU\u00a0\u0661", max_size=24))
def test_no_text_is_read_as_two_different_amounts(text: str) -> None:
    """A value has one reading or none, whatever a column has proved."""
    found = set()
    for notation in (POINT, COMMA, NumberNotation()):
        try:
            found.add(notation.read(text).value)
        except UnreadableError:
            continue
    ambiguous = "," in text or "." in text
    assert len(found) <= (2 if ambiguous else 1)
    if len(found) == 2:
        assert refused(NumberNotation(), text)


@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    for notation in (POINT, COMMA, NumberNotation(), NumberNotation(strict=True)):
        try:
            value = notation.read(text).value
        except UnreadableError as error:
            assert str(error).isprintable()  # noqa: PT017 - most texts are refused, some are not
        else:
            assert value.is_finite()


@given(st.floats(min_value=0.01, max_value=9_999_999), st.integers(0, 2))
def test_a_float_of_cents_is_read_as_those_cents(value: float, extra: int) -> None:
    cents = round(value * 100)
    noisy = repr(cents / 100 + extra * 1e-10)
    if "e" not in noisy:
        assert without_noise(POINT.read(noisy).value, "EUR") == Decimal(cents) / 100
