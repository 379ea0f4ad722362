"""CSV as it comes: delimiters, quotes, line ends, encodings, rows that are broken."""

import codecs
import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.importers import ColumnMapping
from tests.importers.reading import amounts, invoices, read, reasons, the_invoice

HEADER = ["number", "supplier", "payable_amount", "currency", "description"]
TABLE = "number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" ;,|\"'\t\n"),
    max_size=20,
)


def table(*rows: str) -> str:
    return "\n".join([",".join(HEADER), *rows, ""])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_every_delimiter_and_line_end_is_found(delimiter: str, end: str, quoting: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type] # typeshed wants the literals
    writer.writerow(HEADER)
    writer.writerow(["1", "Good; Ltd, a|b", "1,234.50", "EUR", 'said "yes"'])
    found = the_invoice(text.getvalue())
    assert (found.supplier.name, found.payable_amount) == ("Good; Ltd, a|b", Decimal("1234.50"))
    assert found.lines[0].name == 'said "yes"'


def test_a_decimal_comma_is_not_taken_for_a_delimiter() -> None:
    assert amounts("Lieferant;Betrag, EUR;Währung\nA;1,50;EUR\nB;2,75;EUR\n") == [
        Decimal("1.50"),
        Decimal("2.75"),
    ]


def test_the_mapping_may_name_a_delimiter_nobody_would_look_for() -> None:
    assert amounts(TABLE.replace(",", "~"), ColumnMapping(delimiter="~")) == [Decimal("1.00")]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-32-le", codecs.BOM_UTF32_LE), ("cp1252", b""),
    ],
)  # fmt: skip
def test_every_encoding_is_found(encoding: str, mark: bytes) -> None:
    found = read(mark + TABLE.replace("Good", "Größe").encode(encoding))
    assert [invoice.supplier.name for invoice in invoices(found)] == ["Größe Ltd"]
    assert bool(reasons(found)) == (encoding == "cp1252")


def test_windows_1252_is_said_beside_the_first_invoice() -> None:
    found = read(TABLE.encode() + "2,Grüße,2.00,EUR\n".encode("cp1252"))
    assert found[0].invoice
    assert reasons(found) == [
        "line 3: not UTF-8 from here on: read as Windows-1252 where it is not",
    ]


def test_bytes_that_are_no_letter_anywhere_are_flagged() -> None:
    (invoice,) = invoices(read(TABLE.encode().replace(b"Good", b"G\x81d")))
    assert "U+FFFD" in invoice.flags[0]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF32_LE])
def test_a_wrong_byte_order_mark_is_a_problem_of_the_file(mark: bytes) -> None:
    (record,) = read(mark + b"\x00\xd8\x00\xd8" + b"a")
    assert record.invoice is None
    assert "and is not, at byte" in record.problems[0].reason


def test_a_row_of_the_wrong_width_is_a_problem_with_its_line() -> None:
    found = read(table("1,A,1.00,EUR,x", "2,B,2.00", "3,C,3.00,EUR,x,y", "4,D,4.00,EUR,x"))
    assert reasons(found) == [
        "line 3: 3 columns where the header has 5",
        "line 4: 6 columns where the header has 5",
    ]
    assert len(invoices(found)) == 2


def test_empty_columns_behind_the_last_one_are_no_columns() -> None:
    assert amounts(table("1,A,1.00,EUR,x,,,")) == [Decimal("1.00")]


@pytest.mark.parametrize(
    "broken",
    [
        '2,"B,2.00,EUR,x',
        '2,"B" Ltd,2.00,EUR,x',
        '2,"B,2.00,EUR,x\n3,"C" Ltd,3.00,EUR,x',
        '2,B,2.00,EUR,"',
        '2,"' + "B" * 140_000 + ",2.00,EUR,x",
    ],
)
def test_after_a_broken_quote_reading_goes_on_and_nothing_is_swallowed(broken: str) -> None:
    rows = [f"{n},Good Ltd,{n}.00,EUR,x" for n in range(10, 30)]
    found = read(table(rows[0], broken, *rows))
    lines = 21 + broken.count("\n") + 1
    assert len(invoices(found)) == 21
    assert len(found) == lines


def test_rows_swallowed_by_two_stray_quotes_are_reported() -> None:
    found = read(table('1,A,1.00,EUR,"', "2,B,2.00,EUR,x", '3,C,3.00,EUR,"', "4,D,4.00,EUR,x"))
    assert [invoice.number for invoice in invoices(found)] == ["4"]
    assert reasons(found) == [
        "line 2: a quoted text up to line 4 looks like whole rows: is a quote missing?",
    ]


def test_rows_hidden_in_a_quoted_text_never_become_invoices() -> None:
    found = read(table('1,A,1.00,EUR,"see\n666,Evil,999.00,EUR,x\nthanks"', "2,B,2.00,EUR,x"))
    assert [invoice.number for invoice in invoices(found)] == ["2"]


def test_a_text_over_several_lines_is_one_text() -> None:
    found = read(table('1,A,1.00,EUR,"first\nsecond"', "2,B,2.00"))
    assert invoices(found)[0].lines[0].name == "first second"
    assert reasons(found) == ["line 4: 3 columns where the header has 5"]


def test_a_nul_is_a_problem_of_its_row() -> None:
    found = read(table("1,A,1.00,EUR,x", "2,B\0,2.00,EUR,x", "3,C,3.00,EUR,x"))
    assert reasons(found) == ["line 3: it holds a NUL character"]


def test_empty_rows_are_no_rows() -> None:
    assert amounts(table("", ",,,,", "1,A,1.00,EUR,x", "  ", " , ,,,", "")) == [Decimal("1.00")]


def test_rows_above_the_header_are_told_once() -> None:
    found = read("Report,,,\nof October,,,\n" + TABLE)
    assert [record.invoice is None for record in found] == [False]
    assert reasons(found) == ["lines 1 to 2: above the row of column names, not read"]


def test_the_mapping_may_say_which_line_is_the_header() -> None:
    text = "number,supplier,payable_amount,currency\nold,old,old,old\n" + TABLE
    assert amounts(text, ColumnMapping(header_row=3)) == [Decimal("1.00")]
    assert "there is no table" in reasons(read(text, ColumnMapping(header_row=9)))[0]


@pytest.mark.parametrize("label", ["Total", "TOTALS", "Summe", "Gesamt:", "Sub-total", ""])
def test_a_row_of_totals_is_no_invoice(label: str) -> None:
    for row in (f"{label},,3.00,EUR", f",{label},3.00,EUR"):
        found = read(TABLE + row + "\n")
        assert len(invoices(found)) == 1
        assert "taken for a row of totals" in reasons(found)[0]


def test_a_supplier_that_is_called_total_is_no_row_of_totals() -> None:
    assert len(invoices(read(TABLE + "T-1,Total,3.00,EUR\n"))) == 2


def test_a_file_has_an_end_even_where_its_rows_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expense_agent.importers.columns.MOST_ROWS", 3)
    found = read(TABLE + "2,B,2.00,EUR\n" * 9)
    assert len(invoices(found)) == 3
    assert reasons(found) == [
        "line 5: more than 3 rows: from here on nothing is read; split the file",
    ]


@pytest.mark.parametrize("line", [",", '"', "x", '"",'])
def test_a_line_longer_than_any_table_has_is_a_problem(line: str) -> None:
    found = read(f"{TABLE}{line * 1_100_000}\n9,Good Ltd,9.00,EUR\n")
    assert reasons(found) == ["line 3: a line of more than 1,000,000 characters"]
    assert [invoice.number for invoice in invoices(found)] == ["1", "9"]


def test_empty_lines_have_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expense_agent.importers.csv_file.MOST_LINES", 5)
    found = read(TABLE + "\n" * 9 + "9,Good Ltd,9.00,EUR\n")
    assert [invoice.number for invoice in invoices(found)] == ["1"]
    assert "from here on nothing is read" in reasons(found)[0]


@pytest.mark.parametrize("mark", ['"', "a", " ", "\\n"])
def test_a_separator_line_that_names_no_separator_is_a_row(mark: str) -> None:
    assert amounts(f"sep={mark}\n{TABLE}") == [Decimal("1.00")]


def test_the_share_grows_to_the_whole_file() -> None:
    shares = [record.share for record in read(TABLE + "2,B,2.00,EUR\n" * 30_000)]
    assert shares == sorted(shares)
    assert (0 < shares[0] < 0.5, shares[-1]) == (True, 1.0)


@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    rows: list[tuple[str, str]], delimiter: str, end: str, quoting: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type] # as above
    writer.writerow(HEADER)
    for i, (supplier, description) in enumerate(rows):
        writer.writerow([f"N-{i}", supplier, f"{i}.50", "EUR", description])
    found = read(text.getvalue())
    assert len(found) == len(rows)
    for i, record in enumerate(found):
        if record.invoice is None:
            assert "looks like whole rows" in record.problems[0].reason
        else:
            assert record.invoice.number == f"N-{i}"
            assert record.invoice.payable_amount == Decimal(f"{i}.50")


@given(st.binary(max_size=300))
def test_any_bytes_end_in_records(data: bytes) -> None:
    for content in (
        data,
        TABLE.encode() + data,
        b"[" + data,
        b'{"a":' + data,
        data.join([b"\n"] * 3),
    ):
        found = read(content)
        assert found
        for record in found:
            assert record.invoice or record.problems
            assert all(p.reason.isprintable() and p.location.isprintable() for p in record.problems)
            assert "mistake of this program" not in str(record.problems)


@given(st.lists(st.text(alphabet='",;\t\n\r0123456789.-EURab ', max_size=30), max_size=12))
def test_no_text_makes_reading_stop(pieces: list[str]) -> None:
    found = read(TABLE + "\n".join(pieces) + "\n9,Good Ltd,9.00,EUR\n")
    assert "mistake of this program" not in str([record.problems for record in found])
    read_lines = {invoice.number for invoice in invoices(found)}
    assert "1" in read_lines
    assert "9" in read_lines or "quote" in str(reasons(found))
