"""Pages of the trail and the past of a supplier."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.domain.policy import Hold
from expense_agent.service.readings import TrailPage, TrailQuery
from expense_agent.storage import records
from expense_agent.storage.records import ReadingsReader
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.storage.books import Books


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(tmp_path)
    yield opened
    opened.database.close()


def filled(books: Books, events: int) -> ReadingsReader:
    with books.database.transaction():
        for number in range(1, events + 1):
            actor = "bob" if number % 10 == 0 else "agent"
            books.trail.append(actor, "noted", f"inv-{number % 3}", word=f"word{number}")
    return ReadingsReader(books.database)


def seqs(page: TrailPage) -> list[int]:
    return [event.seq for event in page.events]


def test_pages_follow_each_other_without_gap_or_repetition(books: Books) -> None:
    reader, found, before = filled(books, 25), [], None
    while True:
        page = reader.trail(TrailQuery(before=before, limit=10))
        found += seqs(page)
        if (before := page.earlier) is None:
            break
    assert found == list(range(25, 0, -1))


def test_an_empty_trail_has_one_empty_page(books: Books) -> None:
    page = ReadingsReader(books.database).trail(TrailQuery())
    assert (page.events, page.earlier) == ((), None)


def test_a_search_finds_by_text_actor_and_invoice(books: Books) -> None:
    reader = filled(books, 25)
    assert seqs(reader.trail(TrailQuery(text="WORD12"))) == [12]
    assert seqs(reader.trail(TrailQuery(actor="Bob"))) == [20, 10]
    assert seqs(reader.trail(TrailQuery(invoice_id="inv-1", limit=2))) == [25, 22]
    assert seqs(reader.trail(TrailQuery(actor="bob", invoice_id="inv-2"))) == [20]


def test_a_search_looks_at_so_many_events_and_says_where_to_go_on(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LOOKED_AT", 10)
    reader = filled(books, 25)
    first = reader.trail(TrailQuery(text="word3"))
    assert (seqs(first), first.earlier) == ([], 16)
    second = reader.trail(TrailQuery(text="word3", before=first.earlier))
    assert (seqs(second), second.earlier) == ([], 6)
    third = reader.trail(TrailQuery(text="word3", before=second.earlier))
    assert (seqs(third), third.earlier) == ([3], None)


def test_a_page_is_read_by_the_key_of_the_trail_not_by_reading_all_of_it(books: Books) -> None:
    plan = books.database.all(
        "EXPLAIN QUERY PLAN SELECT seq FROM audit WHERE seq BETWEEN 1 AND 900 AND invoice_id = 'a'"
        " ORDER BY seq DESC LIMIT 5"
    )
    assert [row["detail"] for row in plan] == [
        "SEARCH audit USING COVERING INDEX audit_invoice (invoice_id=? AND rowid>? AND rowid<?)"
    ]


def test_the_past_of_a_supplier_has_its_other_invoices_and_known_accounts(books: Books) -> None:
    first = books.register(an_invoice("100.00 EUR", number="R-1"))
    second = books.register(an_invoice("200.00 EUR", number="R-2", account=OTHER_IBAN))
    books.register(an_invoice("300.00 EUR", number="R-3", supplier="Somebody Else Ltd"))
    with books.database.transaction():
        books.suppliers.add(first.invoice.supplier, NORDWIND_IBAN, None, "ines")
    past = ReadingsReader(books.database).supplier_history(second.id)
    (invoice,) = past.invoices
    assert (invoice.id, invoice.number, invoice.payable_amount, invoice.currency) == (
        first.id, "R-1", "100.00", "EUR"
    )  # fmt: skip
    assert (invoice.state, invoice.account) == ("waiting", NORDWIND_IBAN)
    (account,) = past.accounts
    assert (account.account, account.origin) == (NORDWIND_IBAN, "supplier list")


def test_an_unknown_invoice_has_no_past(books: Books) -> None:
    past = ReadingsReader(books.database).supplier_history("nothing")
    assert (past.invoices, past.accounts) == ((), ())


def test_headlines_come_in_the_order_asked_for_and_unknown_ones_are_left_out(books: Books) -> None:
    first = books.register(an_invoice("100.00 EUR", number="R-1"))
    second = books.register(an_invoice(None, number=None))
    found = ReadingsReader(books.database).headlines([second.id, "nothing", first.id])
    assert [one.id for one in found] == [second.id, first.id]
    assert (found[0].number, found[0].payable_amount) == ("", "")
    assert found[1].supplier == "Nordwind Logistik AG"


def test_what_the_newest_request_names_as_twins_is_read_as_it_stands_now(books: Books) -> None:
    twin = books.register(an_invoice("720.00 EUR", number="R-1", supplier="Somebody Else"))
    books.pay(twin)
    known = books.register(an_invoice("720.00 EUR", number="R-2"))
    hold = Hold("possible_duplicate", "warn", "as another", twins=(twin.id, "gone"))
    books.ask(known, holds=(hold, Hold("over_limit", "block", "over")))
    past = ReadingsReader(books.database).supplier_history(known.id)
    assert [(one.id, one.state) for one in past.twins] == [(twin.id, "scheduled")]
    assert past.invoices == ()
