import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expense_agent.exporters.csv_export import as_text

SIGNS = "=+-@"
FOLDED = "\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212\u207a\u208a\u207c\u208c"
"""Full-width, small, raised and lowered forms, and the minus sign."""
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("//x?"&A1)', "-2+3")
PIECES = st.sampled_from(
    [
        *SIGNS,
        *FOLDED,
        *",;|\t\r\n\"' \x00\x0b\x85\xa0\u200b\u2028\u202e\ufeff",
        "a",
        "1",
        "é",
    ]
)


def is_formula(cell: str) -> bool:
    """Whether some program takes a cell for a formula: trimmed, unquoted, full-width folded."""
    for character in cell:
        unseen = unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")
        if not (unseen or character == '"'):
            return unicodedata.normalize("NFKC", character)[:1] in (*SIGNS, "\N{MINUS SIGN}")
    return False


def cells_of(written: str) -> list[str]:
    """Return every cell that any reader may find: by any separator, minding quotes or not."""
    found = []
    for separator in ",;|\t":
        reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator)
        found += [cell for row in reader for cell in row]
        found += [cell for line in written.splitlines() for cell in line.split(separator)]
    return found


def written(cells: list[str], separator: str, quoting: int) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, quoting=quoting).writerow(cells)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_text(formula: str) -> None:
    assert as_text(formula) == "'" + formula


@pytest.mark.parametrize(
    "before", ["", " ", "\t", "\r", "\n", "a\n", "a;", "a, ", "a|\t ", '"', 'a";"', "\0", "\ufeff"]
)
def test_wherever_a_cell_may_begin_a_sign_is_marked(before: str) -> None:
    for sign in (*SIGNS, *FOLDED):
        assert as_text(f"{before}{sign}1").endswith(f"'{sign}1")


@pytest.mark.parametrize(
    "text", ["", "Nordwind Logistik AG", "R-1001", "A+B GmbH", "ann@example.org", "a = b", "'=1"]
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert as_text(text) == text


@pytest.mark.parametrize("text", ["\ttext", "\rtext", "\ntext"])
def test_text_that_moves_on_to_the_next_cell_or_line_is_marked(text: str) -> None:
    assert as_text(text) == "'" + text


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=20))
@example('x";"=1')
def test_marked_once_is_marked(text: str) -> None:
    assert as_text(as_text(text)) == as_text(text)


@given(
    st.lists(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=3),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_no_reader_of_the_file_finds_a_formula(
    texts: list[str], separator: str, quoting: int
) -> None:
    file = written([as_text(text) for text in texts], separator, quoting)
    assert not [cell for cell in cells_of(file) if is_formula(cell)]


def test_the_reader_of_these_tests_finds_formulas_where_nothing_is_marked() -> None:
    for text in ("=1", "a\n=1", "a;=1", "a,\u200b\uff1d1"):
        assert any(is_formula(cell) for cell in cells_of(written([text], ",", csv.QUOTE_ALL)))


def test_a_long_text_takes_no_time() -> None:
    as_text("\t" * 100_000 + " " * 100_000 + ";" * 100_000)
