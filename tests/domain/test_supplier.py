import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.supplier import (
    Supplier,
    canonical_account,
    iban_problem,
    is_iban,
    masked,
    normalised_name,
    supplier_keys,
)

# The examples of the SWIFT registry, one shape each: digits only, letters, short, long.
IBANS = [
    "DE89370400440532013000",
    "GB82WEST12345698765432",
    "FR1420041010050500013M02606",
    "NO9386011117947",
    "BE68539007547034",
    "NL91ABNA0417164300",
    "CH9300762011623852957",
    "SE4550000000058398257466",
    "PL61109010140000071219812874",
    "MT84MALT011000012345MTLCAST001S",
    "LC55HEMM000100010012001200023015",
    "IT60X0542811101000000123456",
    "ES9121000418450200051332",
    "AT611904300234573201",
]


def with_check_digits(country: str, bban: str) -> str:
    digits = "".join(str(int(c, 36)) for c in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


@pytest.mark.parametrize("iban", IBANS)
def test_a_right_iban_has_no_problem(iban: str) -> None:
    assert is_iban(iban)
    assert iban_problem(iban) is None


@pytest.mark.parametrize("iban", IBANS)
def test_every_single_wrong_digit_is_found(iban: str) -> None:
    places = [i for i, c in enumerate(iban) if c.isdigit()]
    wrong = [iban[:i] + d + iban[i + 1 :] for i in places for d in string.digits if d != iban[i]]
    assert [text for text in wrong if iban_problem(text) is None] == []


@pytest.mark.parametrize("iban", IBANS)
def test_two_digits_in_the_wrong_order_are_found(iban: str) -> None:
    for i in range(4, len(iban) - 1):
        one, two = iban[i], iban[i + 1]
        if one.isdigit() and two.isdigit() and one != two:
            assert iban_problem(iban[:i] + two + one + iban[i + 2 :]) is not None


@given(bban=st.text(string.digits, min_size=18, max_size=18))
def test_computed_check_digits_are_right_and_no_others(bban: str) -> None:
    right = with_check_digits("DE", bban)
    passing = [n for n in range(100) if iban_problem(f"DE{n:02d}{bban}") is None]
    assert passing == [int(right[2:4])]


@pytest.mark.parametrize("length", [4, 5, 12, 21, 23, 60])
def test_an_iban_of_the_wrong_length_is_named_with_both_lengths(length: int) -> None:
    cut = ("DE89370400440532013000" + "0" * 60)[:length]
    assert is_iban(cut)
    assert iban_problem(cut) == f"an IBAN of DE has 22 characters, this one {length}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345678",
        "099999990-417022310",
        "DE89 3704 0044 0532 0130 00",
        "de89370400440532013000",
        "ZZ89370400440532013000",
        "DEXX370400440532013000",
        "DE\u0668\u066970400440532013000",
        "DE89370400440532013000\n",
    ],
)
def test_what_does_not_claim_to_be_an_iban_is_none(text: str) -> None:
    assert not is_iban(text)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (" gb82west12345698765432\n", "GB82WEST12345698765432"),
        ("12-34/56\u00a078", "12-34/5678"),
    ],
)
def test_an_account_is_compared_without_spaces_and_case(written: str, canonical: str) -> None:
    assert canonical_account(written) == canonical
    assert canonical_account(canonical) == canonical


def test_only_the_last_four_characters_of_an_account_are_shown() -> None:
    assert masked("DE89370400440532013000") == "…3000"


@pytest.mark.parametrize(
    "names",
    [
        (
            "Müller & Söhne GmbH",
            "MUELLER SOEHNE",
            "Mu\u0308ller, Söhne GmbH",
        ),
        ("Nordwind Logistik AG", "nordwind   logistik", "Nordwind-Logistik A.G."),
        ("Café Ærø ApS", "cafe aeroe"),
        ("Straße 9 Ltd.", "STRASSE 9", "\uff33trasse 9 Limited"),
        ("Acme, Inc.", "ACME INC", "acme"),
    ],
)
def test_the_same_name_in_other_spellings_is_the_same(names: tuple[str, ...]) -> None:
    assert len({normalised_name(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("A1 Fuels", "A2 Fuels"), ("Nordwind", "Nordwind Logistik"), ("Acme", "Acne")],
)
def test_similar_names_stay_different(one: str, other: str) -> None:
    assert normalised_name(one) != normalised_name(other)


@given(name=st.text(max_size=60))
def test_folding_a_folded_name_changes_nothing(name: str) -> None:
    folded = normalised_name(name)
    assert normalised_name(folded) == folded
    assert normalised_name(name.upper().lower()) == normalised_name(name.lower())


def test_a_name_of_legal_forms_alone_keeps_them() -> None:
    assert normalised_name("AG") == "ag"


@pytest.mark.parametrize("name", [None, "", "  ", "***", "_"])
def test_a_supplier_without_a_readable_name_has_no_key(name: str | None) -> None:
    assert supplier_keys(Supplier(name=name)) == ()


def test_ids_come_before_the_name_and_the_vat_id_before_the_legal_one() -> None:
    supplier = Supplier(name="Nordwind AG", vat_id="de 123.456-789", legal_id="HRB 12")
    assert supplier_keys(supplier) == ("vat:DE123456789", "legal:HRB12", "name:nordwind")


def test_the_trading_name_never_identifies_a_supplier() -> None:
    assert supplier_keys(Supplier(name=None, trading_name="Nordwind")) == ()
