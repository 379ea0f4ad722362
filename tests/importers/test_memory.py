"""Reading a table takes little more memory than its bytes, however it is laid out."""

import json
import tracemalloc
from pathlib import Path

import pytest

from expense_agent.importers import columns, read_batch

HEAD = "number,supplier,payable_amount,currency"
ROW = "1,Good Ltd,1.00,EUR"
INVOICE = {
    "number": "1",
    "supplier": "Good \U0001f600 Ltd",
    "payable_amount": "1",
    "currency": "EUR",
}
MB = 1024 * 1024


def peak(path: Path) -> tuple[int, int]:
    """Read a file; give the bytes that this took at most, and how many invoices were in it."""
    tracemalloc.start()
    try:
        found = sum(record.invoice is not None for record in read_batch([path]))
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


def test_a_character_that_is_rare_does_not_make_a_list_of_invoices_larger(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    long = {**INVOICE, "remark": "x" * 100_000}
    path.write_text(json.dumps([long] * 80, ensure_ascii=False), "utf-8")
    bytes_, found = peak(path)
    assert found == 80
    assert bytes_ < path.stat().st_size + 10 * MB


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_list_of_invoices_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([INVOICE] * 3, ensure_ascii=False), encoding)
    assert [record.invoice is not None for record in read_batch([path])] == [True] * 3


def test_rows_of_many_columns_are_not_all_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "SAMPLE_CELLS", 20_000)
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEAD + "," * 2_000, *[ROW + "," * 2_000] * 300]), "utf-8")
    bytes_, found = peak(path)
    assert found == 300
    assert bytes_ < path.stat().st_size + 2 * MB


def test_a_row_of_too_many_columns_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEAD}\n{ROW}{',' * 20_000}\n{ROW}\n", "utf-8")
    first, second = read_batch([path])
    assert (first.problems[0].location, first.problems[0].reason) == (
        "line 2",
        "more than 16,384 columns",
    )
    assert second.invoice
    path.write_text(f"{HEAD}{',' * 20_000}\n{ROW}\n", "utf-8")
    (record,) = read_batch([path])
    assert "more than 16,384 columns" in record.problems[0].reason
