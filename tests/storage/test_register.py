"""The register: every invoice once, with a short id, its twins and what is unfinished."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.domain.approval import Verdict
from expense_agent.domain.invoice import content_hash
from expense_agent.domain.supplier import Supplier
from expense_agent.errors import UnknownInvoice
from expense_agent.ports import Closing, Registered
from tests.builders import a_supplier, an_invoice
from tests.storage.books import Books, books


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def twins(made: Books, known: Registered) -> list[str]:
    return [twin.invoice_id for twin in made.ledger.facts_for(known).twins]


# --- identity


def test_an_invoice_is_registered_once_and_comes_back_as_it_was_read(made: Books) -> None:
    invoice = an_invoice("720.00 EUR")
    known, is_new = made.ledger.register(invoice, content_hash(invoice), "ines")
    again, is_new_again = made.ledger.register(invoice, content_hash(invoice), "bob")
    assert (is_new, is_new_again) == (True, False)
    assert again == known
    assert (known.invoice, known.imported_by, known.status) == (invoice, "ines", "received")
    assert len(made.trail.events(known.id)) == 1


def test_the_id_comes_from_the_content_so_that_it_is_the_same_everywhere(tmp_path: Path) -> None:
    ids = set()
    for store in ("a", "b"):
        with books(tmp_path / store) as made:
            ids.add(made.register().id)
    (short,) = ids
    assert len(short) == 6
    assert set(short) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_ids_grow_where_short_ones_collide(made: Books) -> None:
    same = "00" * 10
    ids = [
        made.ledger.register(an_invoice(number=f"{n}"), same + f"{n:02x}" + "0" * 42, "ines")[0].id
        for n in range(3)
    ]
    assert ids == ["000000", "0000000", "00000000"]


def test_an_unknown_thread_is_refused_in_words(made: Books) -> None:
    with pytest.raises(UnknownInvoice, match="no invoice nothing in this store"):
        made.ledger.registered("nothing")


def test_edits_are_applied_in_their_order(made: Books) -> None:
    known = made.register(an_invoice("720.00 EUR"))
    made.ask(known)
    made.edit(known, 2, by="eve", payable_amount="700.00", category="office")
    made.ask(known, "i2", at_round=2)
    made.edit(known, 3, by="bob", payable_amount="600.00")
    made.ask(known, "i3", at_round=3)
    made.edit(known, 4, by="eve", due_date="2027-01-31")
    now = made.ledger.registered(known.thread_id)
    assert str(now.invoice.payable) == "600.00 EUR"
    assert str(now.invoice.due_date) == "2027-01-31"
    assert (now.category, now.round) == ("office", 4)
    assert now.preparers == {"ines": "imported", "eve": "edited", "bob": "edited"}


# --- twins


def test_the_later_of_two_with_one_number_is_the_twin_of_the_earlier(made: Books) -> None:
    first = made.register(an_invoice("100.00 EUR", number="R 10-01"))
    second = made.register(an_invoice("200.00 EUR", number="r1001"))
    assert twins(made, first) == []
    (twin,) = made.ledger.facts_for(second).twins
    assert (twin.invoice_id, twin.number, twin.payable) == (first.id, "R 10-01", "100.00 EUR")
    assert (twin.status, twin.received, twin.paid) == ("received", "2026-11-22", False)


def test_a_paid_twin_counts_even_when_it_came_later(made: Books) -> None:
    first = made.register(an_invoice("100.00 EUR"))
    second = made.register(an_invoice("200.00 EUR"))
    made.pay(second)
    (twin,) = made.ledger.facts_for(first).twins
    assert (twin.invoice_id, twin.paid) == (second.id, True)


def test_a_voided_payment_makes_no_paid_twin(made: Books) -> None:
    first = made.register(an_invoice("100.00 EUR"))
    second = made.register(an_invoice("200.00 EUR"))
    made.pay(second)
    made.take_back(second, 1)
    assert twins(made, first) == []
    assert made.ledger.payment_of(second.thread_id) is None


@pytest.mark.parametrize(
    ("first", "second", "are_twins"),
    [
        (a_supplier("Nordwind AG"), a_supplier("NORDWIND GmbH"), True),
        (a_supplier("Nordwind AG", "DE1"), a_supplier("Südwind AG", "de 1"), True),
        (a_supplier("Nordwind AG", "DE1"), a_supplier("Nordwind AG"), True),
        (Supplier("A", legal_id="HRB 7"), Supplier("B", legal_id="HRB7"), True),
        (a_supplier("Nordwind AG"), a_supplier("Südwind AG"), False),
        (a_supplier("A", "DE1"), a_supplier("B", "DE2"), False),
        (a_supplier(None), a_supplier(None), False),
    ],
)
def test_twins_share_any_key_of_their_supplier(
    made: Books, first: Supplier, second: Supplier, *, are_twins: bool
) -> None:
    earlier = made.register(an_invoice("100.00 EUR", supplier=first))
    later = made.register(an_invoice("200.00 EUR", supplier=second))
    assert twins(made, later) == ([earlier.id] if are_twins else [])


def test_a_credit_note_is_no_twin_of_the_invoice_whose_number_it_repeats(made: Books) -> None:
    made.register(an_invoice("100.00 EUR"))
    credit = made.register(an_invoice("100.00 EUR", type_code="381", file="credit.csv"))
    assert twins(made, credit) == []


@pytest.mark.parametrize("number", [None, "n/a", "REDACTED", "000"])
def test_a_number_that_says_nothing_has_no_twins(made: Books, number: str | None) -> None:
    made.register(an_invoice("100.00 EUR", number=number))
    assert twins(made, made.register(an_invoice("200.00 EUR", number=number))) == []


# --- unfinished, claims


def test_what_is_at_rest_is_not_unfinished(made: Books) -> None:
    waiting = made.register(an_invoice("720.00 EUR", number="1"))
    made.ask(waiting)
    paid = made.register(an_invoice("90.00 EUR", number="2"))
    made.pay(paid)
    rejected = made.register(an_invoice("730.00 EUR", number="3"))
    made.refuse(rejected, made.ask(rejected, "i3"))
    booked = made.register(an_invoice("0.00 EUR", number="4"))
    made.ledger.close_invoice(booked, Closing("booked", "agent", "nothing to transfer"))
    assert made.ledger.unfinished() == []


def test_what_was_cut_off_is_unfinished_in_its_order(made: Books) -> None:
    decided = made.register(an_invoice("720.00 EUR", number="1"))
    made.decide(decided, made.ask(decided))
    edited = made.register(an_invoice("730.00 EUR", number="2"))
    made.ask(edited, "i2")
    made.edit(edited, 2, payable_amount="1.00")
    received = made.register(an_invoice("740.00 EUR", number="3"))
    assert made.ledger.unfinished() == [k.thread_id for k in (decided, edited, received)]


def test_what_broke_off_too_often_waits_for_somebody_to_ask_for_it(made: Books) -> None:
    known = made.register()
    for _ in range(2):
        made.ledger.note_failure(made.ledger.registered(known.thread_id), "it broke", 2)
    assert made.ledger.registered(known.thread_id).status == "failed"
    assert made.ledger.unfinished() == []
    assert made.ledger.unfinished(include_failed=True) == [known.thread_id]
    made.ask(known)  # asking again begins a round: what broke off before no longer counts
    assert made.ledger.registered(known.thread_id).failures == 0


def test_a_claim_is_one_owners_until_released(made: Books) -> None:
    thread = made.register().thread_id
    assert made.ledger.claims.take(thread, "a", "resume")
    assert made.ledger.claims.take(thread, "a", "resume")
    made.clock.pass_time(days=1)
    assert not made.ledger.claims.take(thread, "b", "edit")
    made.ledger.claims.release(thread, "b")
    assert not made.ledger.claims.take(thread, "b", "edit")
    made.ledger.claims.release(thread, "a")
    assert made.ledger.claims.take(thread, "b", "edit")


# --- decisions


def test_a_decision_that_is_taken_is_not_recorded_and_changes_nothing(made: Books) -> None:
    known = made.register()
    request = made.ask(known)
    assert made.decide(known, request, by="ann")
    before = made.trail.last_seq()
    assert not made.decide(known, request, by="bob", verdict=Verdict.REJECT)
    assert [d.approver for d in made.ledger.decisions(known.thread_id)] == ["ann"]
    assert made.trail.last_seq() == before


def test_a_request_that_is_there_already_is_left_alone(made: Books) -> None:
    known = made.register()
    made.ask(known)
    made.ask(known)
    assert [r.status for r in made.ledger.requests.of_thread(known.thread_id)] == ["open"]
    assert [e.action for e in made.trail.events(known.id)] == ["received", "request_opened"]


def test_an_answer_that_settles_all_closes_what_is_still_open(made: Books) -> None:
    known = made.register()
    first = made.request(known, "i1", needed=2)
    made.ask_all(known, first, made.request(known, "i2", level=2, needed=2))
    made.decide(known, first, verdict=Verdict.REJECT)
    found = [(r.status, r.answered_by) for r in made.ledger.requests.of_thread(known.thread_id)]
    assert found == [("reject", "ann"), ("superseded", "ann")]


def test_a_question_that_is_no_longer_asked_is_closed(made: Books) -> None:
    known = made.register()
    made.ask(known, "i1")
    made.ask(known, "i2", at_round=2)
    found = [(r.status, r.answered_by) for r in made.ledger.requests.of_thread(known.thread_id)]
    assert found == [("superseded", "agent"), ("open", None)]
