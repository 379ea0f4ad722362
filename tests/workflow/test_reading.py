"""The reading of a run is handed on only for as long as another would give the same."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from expense_agent.domain.facts import EVERYWHERE, Facts
from expense_agent.ports import Registered
from expense_agent.service import Reject, Reopen, Undo
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.workflow.state import Reading
from tests.agents import an_office, approve, edit, take, waiting
from tests.builders import OTHER_IBAN, an_invoice
from tests.storage.books import Books

TODAY = date(2026, 11, 20)
READ_FOR_FACTS = re.compile(
    r"(?:INSERT(?: OR \w+)? INTO|DELETE FROM|UPDATE) (invoice_\w+|known_suppliers|supplier_\w+"
    r"|payments|payment_events|payment_run_lines|decisions|edits|reversals|reopenings|told_apart"
    r"|credits|offsets|forgotten_payments)\b"
)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture
def known(books: Books) -> Registered:
    return books.register()


def facts(reading: Reading, books: Books, known: Registered, today: date = TODAY) -> Facts:
    return reading.facts(books.ledger, known, EVERYWHERE, today)


def test_facts_are_read_once_while_nobody_writes(books: Books, known: Registered) -> None:
    reading = Reading(known)
    assert facts(reading, books, known) is facts(reading, books, known)


def test_facts_are_read_again_once_a_twin_has_come(books: Books, known: Registered) -> None:
    reading, again = Reading(known), an_invoice("720.00 EUR", number="R-1001-1")
    assert facts(reading, books, known).twins == ()
    twin = books.register(again)
    books.pay(twin)
    assert [found.invoice_id for found in facts(reading, books, known).twins] == [twin.id]


def test_facts_are_read_again_inside_the_transaction_that_has_written(
    books: Books, known: Registered
) -> None:
    reading = Reading(known)
    before = facts(reading, books, known)
    with books.database.transaction():
        books.suppliers.add(known.invoice.supplier, OTHER_IBAN, None, "ines")
        now = facts(reading, books, known)
    assert not before.known_accounts
    assert [one.account for one in now.known_accounts] == [OTHER_IBAN]


def test_facts_of_yesterday_are_read_again(books: Books, known: Registered) -> None:
    reading = Reading(known)
    before = facts(reading, books, known)
    assert facts(reading, books, known, TODAY + timedelta(days=1)) is not before


def test_facts_of_another_state_of_the_invoice_are_read_again(
    books: Books, known: Registered
) -> None:
    reading = Reading(known)
    before = facts(reading, books, known)
    books.ask(known)
    assert facts(reading, books, books.ledger.registered(known.thread_id)) is not before


def test_a_reading_is_of_one_invoice(books: Books, known: Registered) -> None:
    with pytest.raises(AssertionError, match="of one thread"):
        Reading(known).invoice(books.ledger, "invoice-another")


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """Collect the statements of every transaction, by commit."""
    connect, done = SqliteDatabase._connect, []

    def traced(database: SqliteDatabase) -> sqlite3.Connection:
        connection, so_far = connect(database), []

        def ran(statement: str) -> None:
            so_far.append(statement)
            if statement == "COMMIT":
                done.append(so_far.copy())
                so_far.clear()

        connection.set_trace_callback(ran)
        return connection

    monkeypatch.setattr(SqliteDatabase, "_connect", traced)
    yield done
    monkeypatch.undo()


async def test_what_facts_are_read_from_changes_together_with_the_trail(
    tmp_path: Path, commits: list[list[str]]
) -> None:
    """Otherwise facts that were kept would be taken for those of today."""
    async with an_office(tmp_path) as office:
        agent = office.person()
        listed = tmp_path / "suppliers.csv"
        listed.write_text("supplier,account\nNordwind Logistik AG,DE89370400440532013000\n")
        agent.submit_suppliers(listed)
        numbers = ("PAID", "UNDONE", "REFUSED", "EDITED")
        invoices = [an_invoice("720.00 EUR", number=number) for number in numbers]
        await take(agent, *invoices, an_invoice("50.00 EUR", number="CREDIT", type_code="381"))
        for number in ("PAID", "UNDONE"):
            await approve(agent, waiting(agent, number))
        refused = waiting(agent, "REFUSED")
        undone = next(p for p in agent.payments() if p.remittance and "UNDONE" in p.remittance)
        for action in (
            Reject(refused.seen, "not ours"),
            Reopen(refused.seen.invoice_id, "it is ours"),
            Undo(undone.invoice_id, undone.id, "wrong account"),
        ):
            _ = [event async for event in agent.act(action)]
        await edit(agent, waiting(agent, "EDITED"), payable_amount="710.00")
        thread = agent.invoice(undone.invoice_id).thread_id
        agent._ledger.tell_apart(agent._ledger.registered(thread), [refused.seen.invoice_id], "ann")
    changed = [(READ_FOR_FACTS.findall("\n".join(one)), one) for one in commits]
    silent = [names for names, one in changed if names and not _appends(one)]
    assert silent == []
    seen = {name for names, _ in changed for name in names}
    assert seen >= {"invoice_marks", "supplier_accounts", "payments", "decisions", "edits"}
    assert seen >= {"reversals", "reopenings", "told_apart", "credits", "payment_events"}


def _appends(statements: list[str]) -> bool:
    return any(statement.startswith("INSERT INTO audit ") for statement in statements)
