"""Text as banks take it: whatever comes in, only the small set of letters goes out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.exporters.pain001 import is_creditor_reference, shortened, spelt

ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")


@given(st.text())
def test_only_letters_of_the_set_come_out(text: str) -> None:
    found = spelt(text)
    assert ALLOWED.fullmatch(found)
    assert "//" not in found
    assert not found.startswith(("/", " "))
    assert not found.endswith(("/", " "))
    assert spelt(found) == found


@given(st.text(min_size=60))
def test_what_is_cut_is_still_of_the_set(text: str) -> None:
    cut = shortened(text, 35)
    assert len(cut) <= 35
    assert spelt(cut) == cut


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Müller & Söhne", "Mueller + Soehne"),
        ("Café Łódź", "Cafe Lodz"),
        ("a//b///c", "a/b/c"),
        ("line\r\nbreak\x00", "line break"),
        ("ﬁne ½", "fine 1?2"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_letters_are_spelt_out(text: str, said: str) -> None:
    assert spelt(text) == said


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("RF18539007547034", True),
        ("rf18 5390 0754 7034", True),
        ("RF19539007547034", False),
        ("R-1001", False),
        ("RF18", False),
    ],
)
def test_a_reference_has_right_check_digits(text: str, right: bool) -> None:  # noqa: FBT001
    assert is_creditor_reference(text) is right
