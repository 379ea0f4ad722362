"""Single invoices, payments and the trail as people read them."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.domain.money import Money
from expense_agent.errors import PaymentConflict, UnknownInvoice
from expense_agent.ports import Closing, Registered
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.storage.books import OVER_LIMIT, Books, books


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def status(made: Books, number: int, name: str) -> None:
    with made.database.transaction():
        made.database.insert(
            "payment_events", payment_id=number, status=name, actor="m", at="2000-01-01"
        )


# --- an invoice


def test_an_unknown_invoice_is_refused_in_words(made: Books) -> None:
    with pytest.raises(UnknownInvoice, match="no invoice abc123 in this store"):
        made.records.invoice("abc123")


def test_an_invoice_nobody_was_asked_about_has_no_request(made: Books) -> None:
    known = made.register(an_invoice("90.00 EUR"))
    made.pay(known)
    detail = made.records.invoice(known.id)
    assert (detail.state, detail.request, detail.fingerprint) == ("scheduled", None, None)
    assert (detail.holds, detail.approvals_needed, detail.approvals_given) == ((), 0, 0)
    assert detail.invoice == known.invoice
    assert detail.account == NORDWIND_IBAN
    assert detail.payment == made.payments()[0]


def test_an_invoice_that_waits_shows_its_request(made: Books) -> None:
    known = made.register()
    made.ask(known)
    detail = made.records.invoice(known.id)
    assert detail.request is not None
    assert (detail.state, detail.request.key, detail.fingerprint) == ("waiting", 1, "f1")
    assert (detail.holds, detail.account, detail.category) == (
        (OVER_LIMIT,), NORDWIND_IBAN, "vehicles"
    )  # fmt: skip


def test_a_first_approval_of_two_still_waits(made: Books) -> None:
    known = made.register()
    made.decide(known, made.ask(known, needed=2))
    made.ask(known, "i2", level=2, needed=2)
    detail = made.records.invoice(known.id)
    assert (detail.state, detail.approvals_given, detail.approvals_needed) == ("waiting", 1, 2)


def test_an_edit_shows_the_invoice_as_edited_and_voids_approvals(made: Books) -> None:
    known = made.register(an_invoice("720.00 EUR"))
    made.decide(known, made.ask(known, needed=2))
    made.ask(known, "i2", level=2, needed=2)
    made.edit(known, 2, payable_amount="700.00")
    detail = made.records.invoice(known.id)
    assert (detail.state, detail.approvals_given, detail.fingerprint) == ("waiting", 0, None)
    assert detail.invoice.payable_amount == Decimal("700.00")
    (edit,) = detail.edits
    assert edit.edited_at.startswith("2026-11-22T09:00")
    assert (edit.round, edit.editor, edit.comment) == (2, "eve", "as agreed")
    assert (edit.before, edit.after) == ({"payable_amount": None}, {"payable_amount": "700.00"})


def test_what_people_wrote_is_told_in_its_order(made: Books) -> None:
    known = made.register()
    made.ask(known)
    made.edit(known, 2, payable_amount="700.00")
    made.refuse(known, made.ask(known, "i2", at_round=2))
    detail = made.records.invoice(known.id)
    said = [(comment.author, comment.text) for comment in detail.comments]
    assert said == [("eve", "as agreed"), ("ann", "not ours")]
    assert (detail.state, detail.decisions[0].verdict) == ("rejected", "reject")


@pytest.mark.parametrize("final", ["booked", "rejected", "expired", "failed"])
def test_a_final_status_is_shown_by_its_name(made: Books, final: str) -> None:
    known = made.register()
    made.ledger.close_invoice(known, Closing(final, "agent", "for a reason"))
    assert made.records.invoice(known.id).state == final


# --- payments


def paid(made: Books) -> list[Registered]:
    several = [
        made.register(an_invoice(payable, number=f"{n}"))
        for n, payable in enumerate(("90.00 EUR", "505 JPY", "50.125 BHD", "12.30 EUR"))
    ]
    for known in several:
        made.pay(known)
    return several


def test_amounts_carry_the_decimals_of_their_currency(made: Books) -> None:
    paid(made)
    amounts = [(p.amount, p.currency) for p in made.payments()]
    assert amounts == [("90.00", "EUR"), ("505", "JPY"), ("50.125", "BHD"), ("12.30", "EUR")]


def test_a_payment_has_the_furthest_of_its_statuses_whatever_the_clock_said(made: Books) -> None:
    invoices = paid(made)
    made.take_back(invoices[3], 4)
    made.send("RUN", invoices[1], invoices[2])
    status(made, 3, "settled")
    found = [p.status for p in made.payments()]
    assert found == ["scheduled", "exported", "settled", "voided"]
    assert [p.id for p in made.payments("exported")] == [2]
    assert made.payments("nothing") == []


def test_the_same_payment_again_is_done_already(made: Books) -> None:
    known = made.register(an_invoice("90.00 EUR"))
    made.pay(known)
    before = made.trail.last_seq()
    made.pay(known)
    assert len(made.payments()) == 1
    assert made.trail.last_seq() == before


@pytest.mark.parametrize(
    "other", [{"amount": Money.from_minor(1, "EUR")}, {"account": OTHER_IBAN}, {"account": None}]
)
def test_another_payment_under_the_same_key_is_an_alarm(
    made: Books, other: dict[str, Money | str | None]
) -> None:
    known = made.register(an_invoice("90.00 EUR"))
    made.pay(known)
    with pytest.raises(PaymentConflict, match="payment 1 has this invoice number already"):
        made.pay(known, **other)  # type: ignore[arg-type]
    assert len(made.payments()) == 1


def test_the_same_key_of_another_invoice_is_an_alarm_that_changes_nothing(made: Books) -> None:
    made.pay(made.register(an_invoice("90.00 EUR")), key="k")
    twin = made.register(an_invoice("90.00 EUR", number="R-2"))
    with pytest.raises(PaymentConflict):
        made.pay(twin, key="k")
    assert made.ledger.registered(twin.thread_id).status == "received"


# --- the trail


def test_the_trail_tells_one_invoice_or_all_oldest_first(made: Books) -> None:
    first, second, *_ = paid(made)
    whole = made.trail.events()
    assert [event.seq for event in whole] == list(range(1, 9))
    mine = made.trail.events(second.id)
    assert [event.action for event in mine] == ["received", "scheduled"]
    assert {event.invoice_id for event in mine} == {second.id}
    assert mine[1].details["amount"] == "505 JPY"
    assert first.id != second.id


def test_no_account_stands_in_the_trail_in_full(made: Books) -> None:
    known = made.register(an_invoice("720.00 EUR"))
    made.ask(known)
    made.edit(known, 2, account=OTHER_IBAN)
    made.decide(known, made.ask(known, "i2", at_round=2))
    made.pay(known, "f1", account=OTHER_IBAN)
    trail = " ".join(row["body"] for row in made.database.all("SELECT body FROM audit"))
    assert "…5432" in trail
    assert OTHER_IBAN not in trail
    assert NORDWIND_IBAN not in trail
