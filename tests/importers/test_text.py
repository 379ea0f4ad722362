"""Text from outside: what cannot be seen is taken out and told, everything else stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.supplier import Supplier
from expense_agent.importers.text import clean, printable, shown, without_cards
from tests.importers.reading import column, the_invoice

HIDDEN = {
    "\x00": "U+0000", "\x07": "U+0007", "\x1b": "U+001B", "\x9b": "U+009B", "\x7f": "U+007F",
    "\u200b": "U+200B", "\u202e": "U+202E", "\u2066": "U+2066", "\u200f": "U+200F",
    "\ufeff": "U+FEFF", "\u00ad": "U+00AD", "\u2060": "U+2060", "\u3164": "U+3164",
    "\U000e0041": "U+E0041", "\ue000": "U+E000", "\ufffd": "U+FFFD",
    "\u061c": "U+061C", "\u180e": "U+180E", "\ufff9": "U+FFF9",
}  # fmt: skip


@pytest.mark.parametrize(("character", "name"), HIDDEN.items(), ids=HIDDEN.values())
def test_what_cannot_be_seen_is_removed_and_named(character: str, name: str) -> None:
    text, hidden = clean(f"Ac{character}me é")
    assert text == "Acme é"
    assert hidden
    assert hidden.startswith(name)
    assert hidden.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "Müller & Söhne GmbH", "[bold]x[/bold]", "=1+1",
        "\u0645\u06cc\u200c\u062e\u0648", "क्\u200dष", "株式会社",
        "a\u00a0b", "👩\u200d🔧 Repairs", "“quoted”",
    ],
)  # fmt: skip
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert clean(text) == (text, None)


def test_joiners_between_plain_letters_are_told() -> None:
    text, hidden = clean("Ac\u200cme")
    assert hidden
    assert "U+200C" in hidden
    assert text == "Ac\u200cme"


def test_line_breaks_become_spaces_and_the_normal_form_is_composed() -> None:
    assert clean(" first\r\nsecond\tthird\u2028fourth ") == ("first second third fourth", None)
    assert clean("Cafe\u0301\ufe0f") == ("Café", None)


def test_every_field_tells_what_it_hid() -> None:
    table = "number\tsupplier\tpayable_amount\tcurrency\tdescription\tremittance\tpayee\tiban\n"
    table += "1\u200b\tA\u202e\t1.00\tEUR\tx\u2066\ty\u200e\tz\u00ad\tDE1\u200b\n"
    flags = the_invoice(table).flags
    named = [flag.split(" held ")[0] for flag in flags]
    assert sorted(named) == sorted(
        f"deceptive_text: the {field}"
        for field in ("number", "supplier", "description", "remittance", "payee", "account")
    )


def test_letters_an_account_cannot_have_are_told_and_kept() -> None:
    found = the_invoice(column("account", "DE9\u0660"))
    assert found.accounts == ("DE9\u0660",)
    assert found.flags == ("deceptive_text: the account holds U+0660 ARABIC-INDIC DIGIT ZERO",)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("card 4111 1111 1111 1111", "card …1111"), ("5500-0000-0000-0004 x", "…0004 x"),
        ("order 4111111111111112", "order 4111111111111112"), ("DE90999999990000004711",) * 2,
        ("tel 030 1234567", "tel 030 1234567"), ("14111111111111111", "14111111111111111"),
    ],
)  # fmt: skip
def test_card_numbers_are_nobodys_business(text: str, stored: str) -> None:
    assert without_cards(text) == stored
    assert the_invoice(column("description", text)).lines[0].name == stored


def test_a_reason_quotes_a_document_briefly_and_harmlessly() -> None:
    assert shown("a\x1b[2J\u202e" + "x" * 100) == '"a?[2J?' + "x" * 33 + '…"'
    assert printable("\ud800a\nb") == "?a?b"


@given(st.text(max_size=60))
def test_stored_text_is_visible_stable_and_in_normal_form(text: str) -> None:
    stored, hidden = clean(text)
    again, more = clean(stored)
    assert again == stored
    assert more is None or "JOINER" in more
    assert unicodedata.is_normalized("NFC", stored)
    assert all(unicodedata.category(c) not in ("Cc", "Cs") for c in stored)
    assert hidden is None or hidden.isprintable()


@given(st.text(alphabet="abcÄ \u0301\u0308", max_size=20))
def test_text_without_hidden_characters_keeps_its_letters(text: str) -> None:
    stored, hidden = clean(text)
    assert hidden is None
    assert stored == unicodedata.normalize("NFC", text).strip()


def test_a_cleaned_name_is_a_name() -> None:
    assert the_invoice(column("supplier", "A\u200b B")).supplier == Supplier("A B")
