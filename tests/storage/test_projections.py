"""Lookups of the rules are made of other rows: a change of one is found and named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import an_invoice
from tests.storage.books import Books, behind_its_back, books, without_guards


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        known = opened.register(an_invoice("90.00 EUR", number="CLEAN"))
        opened.pay(known)
        opened.register(an_invoice("720.00 EUR", number="WAITS", supplier="Südwind KG"))
        yield opened


def findings(made: Books, folder: Path, sql: str) -> str:
    with behind_its_back(folder, foreign_keys="OFF") as connection:
        guards = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
        statements = [row[0] for row in guards]
        without_guards(connection)
        assert connection.execute(sql).rowcount > 0
        for statement in statements:
            connection.execute(statement)
    return "\n".join(made.findings())


def test_what_nobody_touched_is_as_it_would_be_made_again(made: Books) -> None:
    assert made.findings() == ()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM invoice_marks WHERE mark LIKE 'number:%'", "invoice_marks: a row of"),
        ("UPDATE invoice_marks SET mark = mark || 'x'", "invoice_marks: a row of"),
        ("INSERT INTO invoice_marks VALUES ('number:invoice:name:a:1', 1)", "1 rows are of no"),
        ("DELETE FROM invoice_amounts", "invoice_amounts: a row of"),
        ("UPDATE invoice_amounts SET amount_minor = 1", "invoice_amounts: a row of"),
        ("UPDATE automatic_sums SET amount_minor = 0", "automatic_sums: what left on"),
        ("DELETE FROM automatic_sums WHERE party LIKE 'account:%'", "for account:"),
        ("UPDATE committed_sums SET amount_minor = amount_minor - 1", "committed_sums: what left"),
        ("DELETE FROM supplier_shapes", "supplier_shapes: a row of name:nordwind"),
    ],
)
def test_a_change_of_what_rules_look_up_is_named(
    made: Books, tmp_path: Path, sql: str, said: str
) -> None:
    assert said in findings(made, tmp_path, sql)


def test_a_voided_payment_leaves_every_sum(made: Books) -> None:
    known = made.register(an_invoice("90.00 EUR", number="CLEAN"))
    made.take_back(known, 1)
    left = made.database.all(
        "SELECT amount_minor FROM automatic_sums UNION ALL SELECT amount_minor FROM committed_sums"
    )
    assert {row["amount_minor"] for row in left} == {0}
    assert made.findings() == ()
