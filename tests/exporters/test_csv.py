"""A run as a table: every payment in a row, and no cell that a spreadsheet would run."""

import csv
import io

from expense_agent.domain.payment_run import CSV
from expense_agent.exporters.csv_export import COLUMNS, CsvExporter
from tests.exporters.runs import HEAD, a_line, a_run


def test_a_row_a_payment() -> None:
    run = a_run(a_line(), a_line("505 JPY", payment=2, account="12345"), format=CSV, debtor=None)
    rows = list(csv.reader(io.StringIO(CsvExporter().write(run).decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row[3:7] for row in rows[1:]] == [
        [
            line.amount.rounded().amount.__format__("f"),
            line.amount.currency,
            line.name,
            line.account,
        ]
        for line in run.lines
    ]
    assert {row[0] for row in rows[1:]} == {run.id}
    assert {row[-1] for row in rows[1:]} == {HEAD}


def test_no_cell_is_a_formula() -> None:
    evil = '=HYPERLINK("http://x","y")'
    run = a_run(a_line(name=evil, remittance="+49 1"), format=CSV, debtor=None)
    (_, row) = csv.reader(io.StringIO(CsvExporter().write(run).decode(), newline=""))
    assert row[5].startswith("'=")
    assert row[7].startswith("'+")


def test_only_an_account_is_needed() -> None:
    assert CsvExporter().why_not(a_line("5.00 USD", account="1"), None) is None
    assert "no account" in (CsvExporter().why_not(a_line(account=None), None) or "")
