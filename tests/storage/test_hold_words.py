"""A filter of holds looks in words written with the request: it finds what the holds say."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.policy import Hold
from expense_agent.service import QueueQuery, Term
from tests.builders import an_invoice
from tests.storage.books import Books, books

ODD = (
    (),
    ("over_limit 720.00 EUR is over the automatic limit 500.00 EUR",),
    ("duplicate the same as over_limit 58mmd0", "over_limit 9 EUR"),
    ("account_changed GB82 %_\\ \"quoted\" 'twice' {\"rule\":\"over_limit\"}",),
    ("payee_differs paid to\nover_limit Ltd\r\n\ttab",),
    ("deceptive_text Straße, ÖRLIKON \u0130STANBUL \u212a",),
    ("near_limit ", "first_payment  two  spaces "),
)  # fmt: skip
# How it was found before the words were kept: only the case of ASCII was folded.
BEFORE = """
SELECT key FROM approval_requests WHERE EXISTS (SELECT 1 FROM json_each(holds) h WHERE instr(
  lower(json_extract(h.value, '$.rule') || ' ' || json_extract(h.value, '$.reason')), ?) > 0)
"""
RULE_BEFORE = """
SELECT key FROM approval_requests WHERE instr(holds, '"rule":"' || ? || '"') > 0
"""


def a_hold(said: str) -> Hold:
    rule, _, reason = said.partition(" ")
    return Hold(rule, "block", reason)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books(tmp_path_factory.mktemp("holds")) as opened:
        for number, held in enumerate(ODD):
            known = opened.register(an_invoice("720.00 EUR", number=f"{number}"))
            opened.ask(known, f"i-{number}", holds=tuple(map(a_hold, held)))
        yield opened


def found(made: Books, term: Term) -> set[int]:
    return set(made.overview(QueueQuery((term,))).keys)


def before(made: Books, sql: str, value: str) -> set[int]:
    return {row["key"] for row in made.database.all(sql, value)}


PIECES = st.lists(
    st.sampled_from([*" ".join(text for held in ODD for text in held).split(), " ", "o", "\n"]),
    min_size=1,
    max_size=3,
).map("".join)


@given(PIECES.filter(lambda text: text.isascii() and "\n" not in text))
def test_words_are_found_where_the_holds_say_them(made: Books, text: str) -> None:
    value = text.casefold()
    plain = {n for n, held in enumerate(ODD, 1) if (said := "".join(held)).isascii()
             and "\n" not in said}  # fmt: skip
    there = found(made, Term("hold", "contains", value))
    assert there & plain == before(made, BEFORE, value) & plain


@given(PIECES)
def test_any_case_of_any_alphabet_is_found_and_line_ends_count_as_spaces(
    made: Books, text: str
) -> None:
    wanted = text.replace("\n", " ").casefold()
    keys = {
        number
        for number, held in enumerate(ODD, 1)
        if any(wanted in said.replace("\n", " ").casefold() for said in held)
    }
    assert found(made, Term("hold", "contains", text.casefold())) == keys
    assert before(made, BEFORE, text.casefold()) <= keys


@pytest.mark.parametrize(
    "rule",
    [
        "over_limit", "duplicate", "account_changed", "payee_differs", "near_limit", "over",
        "limit", "over_limit ltd", "near_limit ", "over_limit 9", "", "%", "quoted",
    ],
)  # fmt: skip
def test_a_rule_is_the_rule_of_a_hold_and_not_what_a_hold_says(made: Books, rule: str) -> None:
    assert found(made, Term("hold", "=", rule)) == before(made, RULE_BEFORE, rule)
    none = found(made, Term("hold", "=", rule, negated=True))
    assert none == set(range(1, len(ODD) + 1)) - before(made, RULE_BEFORE, rule)
