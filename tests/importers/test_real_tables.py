"""Real ledgers of public bodies, where the machine has them: none ends without a word."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.importers import ColumnMapping, read_batch

DATA = Path(__file__).parents[2].parent / "shared" / "data"
TABLES = DATA / "tables"
POUNDS = ColumnMapping(currency="GBP")
LINES = ColumnMapping(currency="GBP", row="lines")

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason="../shared/data is not here")


@pytest.mark.parametrize(
    ("name", "column", "documents"),
    [
        ("devon-2025-04.csv", "Amount", 235),
        ("calderdale-card-2022-01.csv", "Net Amount", 193),
        ("cabinet-office-2020-01.csv", "Amount", 188),
    ],
)
def test_a_ledger_is_read_whole_once_its_currency_is_named(
    name: str, column: str, documents: int
) -> None:
    with (TABLES / name).open(encoding="utf-8-sig", newline="") as file:
        written = [Decimal(row[column].replace(",", "")) for row in csv.DictReader(file)]
    records = list(read_batch([TABLES / name], POUNDS))
    assert [record.problems for record in records] == [()] * len(written)
    assert [r.invoice.payable_amount for r in records if r.invoice] == written
    together = [r.invoice for r in read_batch([TABLES / name], LINES) if r.invoice]
    assert len(together) == documents
    assert sum(invoice.payable_amount or 0 for invoice in together) == sum(written)


@pytest.mark.parametrize("name", ["devon-2025-04.csv", "calderdale-card-2022-01.csv",
                                  "cabinet-office-2020-01.csv"])  # fmt: skip
def test_without_a_currency_the_ledger_says_how_to_name_it(name: str) -> None:
    (record,) = read_batch([TABLES / name])
    assert 'currency = "EUR"' in record.problems[0].reason


def test_what_is_no_ledger_says_which_columns_it_has() -> None:
    (record,) = read_batch([TABLES / "mcc-codes.csv"], POUNDS)
    assert "no column for the amount to pay; the columns are: mcc" in record.problems[0].reason


def test_every_field_a_ledger_names_is_found() -> None:
    def filled(name: str) -> Counter[str]:
        found = [record.invoice for record in read_batch([TABLES / name], POUNDS)]
        return Counter(
            field
            for invoice in found
            if invoice
            for field, value in (
                ("number", invoice.number), ("supplier", invoice.supplier.name),
                ("vat", invoice.supplier.vat_id), ("date", invoice.issue_date),
                ("line", invoice.lines), ("area", invoice.buyer_reference),
            )
            if value
        )  # fmt: skip

    every = ("number", "supplier", "date", "line", "area")
    assert filled("devon-2025-04.csv") == Counter({**dict.fromkeys(every, 237), "vat": 158})
    assert filled("calderdale-card-2022-01.csv") == Counter(dict.fromkeys(every, 193))
    assert filled("cabinet-office-2020-01.csv") == Counter(dict.fromkeys(every, 226))
