"""`document`: what an invoice was read from, after the file itself has gone."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from expense_agent.books import open_books
from expense_agent.cli.main import main
from expense_agent.domain.invoice import to_plain
from expense_agent.settings import settings_from
from tests.importers.xml_fixtures import INVOICES, UBL, changed

FILES = ("ubl/everything.xml", "pdf/factur-x.pdf", "xlsx/typed-cells.xlsx", "csv/us-tabs.csv",
         "csv/excel-utf16.csv", "json/single.json", "json/wrapped.json", "jsonl/export.jsonl",
         "zip/month.zip", "ubl/two-currencies-utf-16.xml")  # fmt: skip


def imported(store: Path, *files: Path) -> list[dict[str, Any]]:
    """Import copies of files, take the copies away, and give what was registered."""
    folder = store.parent / "inbox"
    folder.mkdir()
    for file in files:
        shutil.copy(file, folder)
    main(["--store", str(store), "import", str(folder)])
    shutil.rmtree(folder)
    books = open_books(settings_from(str(store), None, "ann", {}))
    try:
        received = [e.invoice_id or "" for e in books.history() if e.action == "received"]
        return [{"id": one, **to_plain(books.invoice(one).invoice)} for one in received]
    finally:
        books.shut()


@pytest.mark.parametrize("name", FILES)
def test_what_an_invoice_was_read_from_is_shown_after_its_file_has_gone(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    for invoice in imported(store, INVOICES / name):
        capsys.readouterr()
        assert main(["--store", str(store), "document", invoice["id"]]) == 0
        text = capsys.readouterr().out
        assert invoice["source"]["sha256"] in text
        assert invoice["number"] is None or invoice["number"] in text
        assert invoice["supplier"]["name"].split()[0] in text.replace("&amp;", "&")


def test_of_a_table_only_the_row_is_shown_under_the_names_of_its_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Report of May\n\nInvoice,Supplier,Amount,Currency\n"
                     "A-1,Ann Ltd,1.00,EUR\nA-2,Bob Ltd,2.00,EUR\n")  # fmt: skip
    _, second = imported(tmp_path / "store", table)
    capsys.readouterr()
    main(["--store", str(tmp_path / "store"), "document", second["id"]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("table.csv, line 5")
    assert lines[3:] == ["Invoice   A-2", "Supplier  Bob Ltd", "Amount    2.00", "Currency  EUR"]


def test_the_file_itself_is_written_out_once_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (invoice,) = imported(tmp_path / "store", INVOICES / "pdf" / "factur-x.pdf")
    out = tmp_path / "copy.pdf"
    call = ["--store", str(tmp_path / "store"), "document", invoice["id"], "--output", str(out)]
    assert main(call) == 0
    assert out.read_bytes() == (INVOICES / "pdf" / "factur-x.pdf").read_bytes()
    assert main(call) == 2
    assert "exists: choose another name" in capsys.readouterr().err


def test_a_document_that_hides_something_is_shown_with_it_and_obeyed_by_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "evil.xml"
    document.write_text(changed(UBL, ("K-77120", "K\u202e\u009b2J 4111 1111 1111 1111")), "utf-8")
    (invoice,) = imported(tmp_path / "store", document)
    capsys.readouterr()
    main(["--store", str(tmp_path / "store"), "document", invoice["id"]])
    text = capsys.readouterr().out
    assert "K<U+202E><U+009B>2J …1111" in text
    assert all(line.isprintable() for line in text.splitlines())


def test_without_a_copy_the_command_says_so_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (invoice,) = imported(tmp_path / "store", INVOICES / "pdf" / "factur-x.pdf")
    (tmp_path / "store" / "sources.db").unlink()
    assert main(["--store", str(tmp_path / "store"), "document", invoice["id"]]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert main(["--store", str(tmp_path / "store"), "queue"]) == 0
