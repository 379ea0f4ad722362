"""Workbooks: what a cell says is what is read, and what none says is told."""

import io
import random
import struct
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.importers import ColumnMapping, read_batch
from tests.importers.reading import invoices, read, reasons, the_invoice
from tests.importers.workbooks import (
    ERROR,
    HEADER,
    NO_RESULT,
    SPREADSHEET,
    Cell,
    Raw,
    fixtures,
    formula,
    row,
    sheet_of,
    workbook,
)

ONE_ROW = sheet_of([HEADER, row("1", 10.0)])


def one(amount: Cell) -> bytes:
    return workbook({"S": [HEADER, row("1", amount)]})


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (1234.5, "1234.5"),
        (100.0, "100"),
        (0.07, "0.07"),
        (626.4100000000001, "626.41"),
        (0.1 + 0.2, "0.30"),
        (-12.5, "-12.5"),
        (formula(10.25), "10.25"),
        ("1.234,50", "1234.50"),
        ("12.50 EUR", "12.50"),
    ],
)
def test_an_amount_is_what_the_cell_holds(cell: Cell, amount: str) -> None:
    assert the_invoice(one(cell)).payable_amount == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (NO_RESULT, "cell E2 holds a formula without a result"),
        (Raw('<c r="{}" t="str"><f>A1</f><v></v></c>'), "cell E2 holds a formula without a result"),
        (Raw('<c r="{}"><f t="shared" si="0"/></c>'), "cell E2 holds a formula without a result"),
        (ERROR, "cell E2 holds an error such as #REF!"),
        (Raw('<c r="{}" t="b"><v>1</v></c>'), 'payable amount "TRUE" is not an amount'),
        (Raw('<c r="{}"><v>NaN</v></c>'), "is not an amount"),
        (Raw('<c r="{}"><v>1E300</v></c>'), "is not an amount"),
        (date(2026, 3, 2), 'payable amount "2026-03-02" is not an amount'),
    ],
)
def test_a_cell_that_is_no_amount_is_a_problem_of_its_row(cell: Cell, reason: str) -> None:
    (problem,) = reasons(read(one(cell)))
    assert problem.startswith("S row 2: ")
    assert reason in problem


def test_a_formula_without_a_result_whose_place_is_not_said_stops_the_workbook() -> None:
    (problem,) = reasons(read(one(Raw("<c ><f>1+1</f></c><!--{}-->"))))
    assert "it is not said which" in problem


def test_numbers_that_are_texts_keep_their_zeros_and_typed_ones_have_no_decimals() -> None:
    book = workbook({"S": [HEADER, row("0042", 1.0), row(42.0, 1.0)]})
    assert [invoice.number for invoice in invoices(read(book))] == ["0042", "42"]


def test_an_account_that_a_spreadsheet_has_rounded_is_a_problem() -> None:
    cells = ("1", date(2026, 9, 14), "Good Ltd", 1.2345678901234567e17, 1.0, "EUR")
    (problem,) = reasons(read(workbook({"S": [HEADER, cells]})))
    assert "a spreadsheet has rounded it" in problem


def test_dates_come_from_date_cells_and_never_from_numbers() -> None:
    book = workbook({"S": [HEADER, row("1", 1.0), ("2", 46_083, "Good Ltd", "", 1.0, "EUR")]})
    records = read(book)
    assert invoices(records)[0].issue_date == date(2026, 9, 14)
    assert 'issue date "46083" is not a date' in reasons(records)[0]


def test_every_visible_sheet_is_read_and_hidden_ones_are_named() -> None:
    sheets = {name: [HEADER, row(name, 1.0)] for name in ("One", "Two", "Secret")}
    records = read(workbook(sheets, hidden=["Secret"]))
    assert [invoice.number for invoice in invoices(records)] == ["One", "Two"]
    assert reasons(records) == ["workbook: hidden sheets, not read: Secret"]


def test_a_location_names_sheet_and_row() -> None:
    book = workbook({"Sheet1": [(), (), ("Our list",), (), HEADER, (), row("1", 1.0)]})
    (record,) = read(book)
    assert record.invoice
    assert record.invoice.source.location == "Sheet1 row 7"
    assert reasons([record]) == ["Sheet1 row 3: above the row of column names, not read"]


def test_the_name_of_a_sheet_is_made_printable_and_short() -> None:
    name = "\u202e" + "x" * 60
    (record,) = read(workbook({name: [HEADER, row("1", "?")]}))
    assert record.problems[0].location == f"?{'x' * 39} row 2"


def test_a_workbook_of_empty_sheets_has_no_table() -> None:
    assert reasons(read(workbook({"A": [], "B": []}))) == ["file: there is no table in it"]


def test_a_sheet_without_amounts_says_what_its_columns_are() -> None:
    (reason,) = reasons(read(workbook({"Cover": [("Name", "Street")]})))
    assert reason.startswith(
        "Cover: no column for the amount to pay; the columns are: Name, Street"
    )


def test_two_columns_for_one_field_are_told_with_the_sheet() -> None:
    header = ("Supplier", "Total", "Gross", "Currency")
    (reason,) = reasons(read(workbook({"S": [header, ("Good Ltd", 1.0, 2.0, "EUR")]})))
    assert reason.startswith("S column payable_amount: ")


def test_rows_that_are_lines_become_one_invoice() -> None:
    book = workbook({"S": [HEADER, row("1", 1.5), row("1", 2.5)]})
    assert the_invoice(book, ColumnMapping(row="lines")).payable_amount == 4


def test_more_rows_than_a_table_can_have_are_told_and_the_next_sheet_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("expense_agent.importers.columns.MOST_ROWS", 20)
    rows = [HEADER, *(row(str(number), 1.0) for number in range(50))]
    records = read(workbook({"S": rows, "T": [HEADER, row("last", 1.0)]}))
    assert len(invoices(records)) == 21
    (reason,) = reasons(records)
    assert reason.startswith("S row 22: more than 20 rows: from here on nothing is read")


# --- damaged, and made to do harm


@pytest.mark.parametrize("kept", [30, 200, 1_000])
def test_a_workbook_cut_off_is_a_problem(kept: int) -> None:
    (reason,) = reasons(read(one(1.0)[:kept]))
    assert reason.startswith("file: a damaged zip archive or workbook")


def test_an_old_or_locked_workbook_says_what_to_do() -> None:
    (reason,) = reasons(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)))
    assert reason.startswith("file: an old or a locked Excel file: save it as .xlsx")


def test_flipped_bytes_end_in_invoices_or_problems(tmp_path: Path) -> None:
    chance = random.Random(7)
    sources = [data for path, data in fixtures().items() if path.name != "cut-off.xlsx"]
    for number in range(300):
        data = bytearray(chance.choice(sources))
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        Path(tmp_path, f"{number:03}").write_bytes(data)
    records = list(read_batch([tmp_path]))
    assert len({record.file.split("/")[len(tmp_path.parts)] for record in records}) == 300
    assert all(record.invoice or record.problems for record in records)
    assert not [reason for reason in reasons(records) if "mistake of this program" in reason]


def sheet_xml(cells: str, times: int) -> str:
    return f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{cells * times}</sheetData></worksheet>'


FAR_APART = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
BOMBS = {
    "three million rows": sheet_xml("<row><c><v>1</v></c></row>", 3_000_000),
    "a million rows": sheet_xml("<row><c><v>1</v></c></row>", 1_000_000),
    "two cells far apart": sheet_xml(FAR_APART + "</row>", 1),
    "one long text in many cells": sheet_xml(
        f'<row r="1"><c r="A1" t="str"><v>{"x" * 30_000}</v></c></row>', 1_500
    ),
    "elements in elements": sheet_xml("<row>" * 500_000, 1),
    "a million formulas": sheet_xml('<row r="1"><c r="A1"><f>A1</f></c></row>', 1_000_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_problem_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a-bomb.xlsx").write_bytes(workbook({"S": BOMBS[name]}))
    (tmp_path / "b-whole.xlsx").write_bytes(one(1.0))
    *bomb, whole = read_batch([tmp_path])
    assert invoices(bomb) == []
    assert reasons(bomb)
    assert whole.invoice


def test_a_workbook_that_announces_too_much_is_not_unpacked() -> None:
    book = workbook({"S": sheet_xml("<row><c><v>1</v></c></row>", 3_000_000)})
    assert reasons(read(book)) == ["file: a workbook that unpacks to more than 50 MB: split it"]


def test_a_workbook_that_announces_less_than_it_holds_is_a_problem() -> None:
    book = bytearray(workbook({"S": sheet_xml("<row><c><v>1</v></c></row>", 3_000_000)}))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        size = parts.getinfo("xl/worksheets/sheet1.xml").file_size
    assert book.count(struct.pack("<L", size)) >= 2
    lied = bytes(book).replace(struct.pack("<L", size), struct.pack("<L", 1_000))
    (reason,) = reasons(read(lied))
    assert reason.startswith("file: ")
