"""The mapping file: every key checked, every refusal naming file, key and what was meant."""

from pathlib import Path

import pytest

from expense_agent.errors import UsageProblem
from expense_agent.importers import ColumnMapping, load_mapping

WHOLE = """
currency = "GBP"
date_order = "dmy"
decimal = ","
row = "lines"
delimiter = "\\t"
header_row = 3

[columns]
payable_amount = "How much"
supplier = "Who"
"""


def mapping(tmp_path: Path, text: str | bytes) -> ColumnMapping:
    path = tmp_path / "mapping.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_mapping(path)


def test_every_key_is_read(tmp_path: Path) -> None:
    assert mapping(tmp_path, WHOLE) == ColumnMapping(
        {"payable_amount": "How much", "supplier": "Who"}, "GBP", "dmy", ",", "lines", "\t", 3
    )


def test_an_empty_mapping_says_nothing(tmp_path: Path) -> None:
    assert mapping(tmp_path, "") == ColumnMapping()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('curency = "EUR"', "no such key 'curency'; did you mean 'currency'?"),
        ('[columns]\npayable = "x"', "'columns.payable'; did you mean 'columns.payable_amount'?"),
        ('[columns]\ncategory = "x"', "no such key 'columns.category'"),
        ('currency = "XXX"', "currency: 'XXX' is not an ISO 4217 currency code"),
        ("currency = 3", "currency: 3 is not"),
        ('date_order = "dym"', "date_order: 'dym' is none of dmy, mdy, ymd"),
        ('decimal = ";"', "decimal: ';' is none of ., ,"),
        ('row = "line"', "row: 'line' is none of invoice, lines"),
        ('delimiter = ""', "delimiter: '' is not one character"),
        ("delimiter = '\"'", "is not one character"),
        ("header_row = 0", "header_row: 0 is not a line number"),
        ("header_row = true", "header_row: True is not a line number"),
        ('columns = "x"', 'columns: expected a table of field = "Header"'),
        ("[columns]\nnumber = 3", 'columns: expected a table of field = "Header"'),
        ("currency = ", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        ("a = " + "[" * 5000, "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_name(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        mapping(tmp_path, text)
    assert str(tmp_path / "mapping.toml") in str(caught.value)
    assert said in str(caught.value)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")
