"""Payments of a forgotten time leave in no other file: the database itself refuses it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.domain.payment_run import CSV, PaymentRun, in_order, run_id
from expense_agent.exporters.csv_export import CsvExporter
from expense_agent.exporters.given_back import read_back
from expense_agent.storage.forgotten_table import ForgottenTable, Recorded
from expense_agent.storage.projections import run_findings
from expense_agent.storage.restorations import RestorationTable
from tests.builders import an_invoice
from tests.exporters.runs import HEAD
from tests.storage.books import Books, books, without_guards

STORE = "ab" * 16


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    """A ledger with one scheduled payment, which was restored since."""
    with books(tmp_path) as opened:
        opened.pay(opened.register(an_invoice("90.00 EUR", number="A")))
        table = RestorationTable(opened.database, opened.clock, opened.trail)
        table.add(opened.runs.head(), None, None, "ann", "")
        yield opened


def given_back(made: Books, amount: str = "90.00") -> Recorded:
    """Give back a file that names the payment, over some amount."""
    (line,) = made.runs.due("9999-12-31", "2026-11-22")
    paid = replace(line, amount=replace(line.amount, amount=type(line.amount.amount)(amount)))
    day = "2026-11-23"
    run = PaymentRun(run_id(day, [paid]), CSV, f"{day}T09:00:00.000Z", None, HEAD, (paid,), STORE)
    table = ForgottenTable(made.database, made.clock, made.trail)
    restored = made.database.all("SELECT restoration FROM restorations")[0]["restoration"]
    return table.record(read_back(CsvExporter().write(run)), restored, "run.csv", "ann")


def send(made: Books) -> None:
    """Export the payment in a run of today, asking nobody but the database."""
    lines = in_order(made.runs.due("9999-12-31", "2026-11-22"))
    run = PaymentRun("NOW", CSV, "2026-11-22T09:00:00.000Z", None, HEAD, lines, STORE)
    with made.database.transaction():
        made.runs.prepare(run, CsvExporter().write(run), "tess")


def test_what_a_file_names_is_exported_in_it(made: Books) -> None:
    assert given_back(made) == Recorded(exported=1, remembered=0, twice=())
    assert made.runs.due("9999-12-31", "2026-11-22") == []
    assert list(run_findings(made.database)) == []


def test_what_was_paid_otherwise_stays_and_never_leaves(made: Books) -> None:
    assert given_back(made, "80.00") == Recorded(exported=0, remembered=1, twice=())
    with pytest.raises(sqlite3.IntegrityError, match="has left already leaves in no other file"):
        send(made)
    (line,) = made.runs.due("9999-12-31", "2026-11-22")
    assert "has paid 80.00 EUR" in (made.runs.why_not(line) or "")
    assert list(run_findings(made.database)) == []


def test_what_left_again_past_the_guards_is_named(made: Books) -> None:
    given_back(made, "80.00")
    without_guards(made.database.connection)
    send(made)
    assert any("payment 1 has left again" in said for said in run_findings(made.database))


def test_a_file_given_back_too_late_names_what_was_paid_twice(made: Books) -> None:
    (known,) = (row.invoice_id for row in made.payments())
    (line,) = made.runs.due("9999-12-31", "2026-11-22")
    send(made)
    with made.database.transaction():
        made.runs.export("NOW", "now.csv", "tess")
    made.runs.due = lambda *_: [line]  # type: ignore[method-assign] # as it was before
    assert given_back(made) == Recorded(exported=0, remembered=1, twice=(known,))
