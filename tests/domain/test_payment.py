from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.invoice import Invoice
from expense_agent.domain.payment import Payment, execution_date, payment_key
from expense_agent.domain.policy import Policy
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, a_supplier, an_invoice

TODAY = date(2026, 11, 22)
SCHEDULED = Payment(
    thread_id="t1",
    payment_key="k1",
    amount_minor=12_000,
    currency="EUR",
    account=NORDWIND_IBAN,
    supplier="Nordwind Logistik AG",
    remittance="R-1001",
    execution_date="2026-12-01",
    fingerprint=None,
)


def test_the_same_invoice_from_another_file_in_another_notation_has_the_same_key() -> None:
    one = an_invoice("120.00 EUR", number="R-1001", file="a.csv")
    other = an_invoice("120 EUR", number="r 1001", file="b.json", supplier="NORDWIND LOGISTIK")
    assert payment_key(one, "thread-1") == payment_key(other, "thread-2")


def test_what_may_change_between_two_copies_does_not_change_the_key() -> None:
    invoice = an_invoice()
    key = payment_key(invoice, "t")
    for copy in (
        an_invoice("999.00 EUR"),
        an_invoice("120.00 USD"),
        an_invoice(account=OTHER_IBAN),
        an_invoice(due_date=None),
        an_invoice(issue_date=date(2020, 1, 1)),
        an_invoice(description="something else"),
        an_invoice(payee="Factor AG"),
    ):
        assert payment_key(copy, "another thread") == key


@pytest.mark.parametrize(
    "other",
    [
        an_invoice(number="R-1002"),
        an_invoice(supplier="Nordwind Spedition AG"),
        an_invoice(supplier=a_supplier(vat_id="DE123456789")),
        an_invoice(type_code="381"),
    ],
)
def test_another_supplier_number_or_kind_is_another_key(other: Invoice) -> None:
    assert payment_key(other, "t") != payment_key(an_invoice(), "t")


@pytest.mark.parametrize("number", [None, "n/a", "REDACTED"])
def test_without_a_number_the_thread_takes_its_place(number: str | None) -> None:
    invoice = an_invoice(number=number)
    assert payment_key(invoice, "t1") == payment_key(invoice, "t1")
    assert payment_key(invoice, "t1") != payment_key(invoice, "t2")


def test_a_number_that_spells_a_thread_id_takes_nobodys_key() -> None:
    assert payment_key(an_invoice(number="t1"), "x") != payment_key(an_invoice(number=None), "t1")


@pytest.mark.parametrize(
    "change",
    [{"amount_minor": 1}, {"currency": "USD"}, {"account": OTHER_IBAN}, {"payment_key": "k2"}],
)
def test_the_payload_hash_changes_with_what_is_paid(change: dict[str, Any]) -> None:
    assert replace(SCHEDULED, **change).payload_hash != SCHEDULED.payload_hash


def test_the_payload_hash_is_the_same_for_the_same_money_to_the_same_account() -> None:
    again = replace(SCHEDULED, thread_id="t2", execution_date="2027-01-01", fingerprint="f")
    assert again.payload_hash == SCHEDULED.payload_hash


def test_money_leaves_on_the_due_date() -> None:
    assert execution_date(an_invoice(), Policy(), TODAY) == date(2026, 12, 1)


def test_an_overdue_invoice_is_paid_today() -> None:
    assert execution_date(an_invoice(due_date=date(2026, 1, 1)), Policy(), TODAY) == TODAY


def test_without_a_due_date_the_default_term_after_issue_counts() -> None:
    invoice = an_invoice(due_date=None)
    assert execution_date(invoice, Policy(default_term_days=40), TODAY) == date(2026, 12, 11)


def test_without_any_date_the_default_term_starts_today() -> None:
    invoice = an_invoice(issue_date=None, due_date=None)
    assert execution_date(invoice, Policy(default_term_days=1), TODAY) == date(2026, 11, 23)


@given(
    due=st.none() | st.dates(),
    issue=st.none() | st.dates(max_value=date(9000, 1, 1)),
    today=st.dates(max_value=date(9000, 1, 1)),
)
def test_no_payment_is_ever_planned_for_the_past(
    due: date | None, issue: date | None, today: date
) -> None:
    invoice = an_invoice(due_date=due, issue_date=issue)
    assert execution_date(invoice, Policy(), today) >= today
