"""The supplier list: its accounts are trusted from then on, so a line in doubt is none."""

from pathlib import Path

import pytest

from expense_agent.importers import Problem
from expense_agent.importers.list_file import ListedSupplier, read_suppliers


def listed(tmp_path: Path, text: str) -> list[ListedSupplier | Problem]:
    path = tmp_path / "suppliers.csv"
    path.write_text(text)
    return list(read_suppliers(path))


def test_a_line_is_a_supplier_with_its_account_in_one_form(tmp_path: Path) -> None:
    text = (
        "name,vat_id,account,category\nNord AG,de 999,de90 9999 9999 0000 0047 11,freight\nB,,,\n"
    )
    assert listed(tmp_path, text) == [
        ListedSupplier("Nord AG", "DE999", "DE90999999990000004711", "freight"),
        ListedSupplier("B", None, None, None),
    ]


@pytest.mark.parametrize(
    "header", ["Lieferant;USt-IdNr.;IBAN;Kategorie", "Vendor name|VAT no|Bank account|Category"]
)
def test_columns_are_known_by_the_names_people_give_them(tmp_path: Path, header: str) -> None:
    mark = ";" if ";" in header else "|"
    text = f"{header}\n{mark.join(('Nord', 'DE1', '123-4', 'x'))}\n"
    assert listed(tmp_path, text) == [ListedSupplier("Nord", "DE1", "123-4", "x")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("A,DE1", "2 columns where the header has 4"),
        (",DE1,DE90999999990000004711,x", "no name"),
        ("A,DE1,DE91999999990000004711,x", "its check digits are wrong"),
        ("A,DE1,DE909999999900000047,x", "an IBAN of DE has 22 characters"),
        ("A\u200b,DE1,,x", "the supplier held U+200B"),
        ("A,D\u0415,,x", "the vat id holds U+0415"),
        ("A,,1.2E+11,x", "a spreadsheet has rounded it"),
        ('"A,DE1,,x', "a quote is opened and never closed"),
    ],
)
def test_a_line_in_doubt_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, line: str, why: str
) -> None:
    found = listed(tmp_path, f"name,vat_id,account,category\nFirst,,,\n{line}\nLast,,,")
    assert isinstance(found[1], Problem)
    assert (found[1].location, why in found[1].reason) == ("line 3", True)
    assert [f.name for f in found if isinstance(f, ListedSupplier)] == ["First", "Last"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("account,category\n1,x\n", "no column name; the columns are: account, category"),
        ("", "the file is empty"),
        ("[]", "not CSV with the columns name, vat_id, account, category"),
        ("name,IBAN,iban\nA,1,2\n", "may both be it"),
        ("\n\n", "no column name"),
        ("\ufffe\ufeff", "no column name"),
    ],
)
def test_a_file_that_is_no_list_says_why(tmp_path: Path, text: str, why: str) -> None:
    (problem,) = listed(tmp_path, text)
    assert isinstance(problem, Problem)
    assert why in problem.reason


def test_notes_come_with_the_list(tmp_path: Path) -> None:
    path = tmp_path / "suppliers.csv"
    path.write_bytes("My suppliers\nname,account\nGrün,1\n".encode("cp1252"))
    found = list(read_suppliers(path))
    assert found[-1] == ListedSupplier("Grün", None, "1", None)
    assert [f.location for f in found if isinstance(f, Problem)] == ["line 3", "line 1"]


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (problem,) = read_suppliers(tmp_path / "none.csv")
    assert problem == Problem("file", "No such file or directory")


def test_a_wrong_byte_order_mark_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00\xd8\x00\xd8")
    (problem,) = read_suppliers(tmp_path / "a.csv")
    assert isinstance(problem, Problem)
