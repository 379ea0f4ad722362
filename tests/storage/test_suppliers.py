"""Accounts the ledger trusts: listed by a person, and only the one paid last."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import BankAccount, Supplier
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, a_supplier, an_invoice
from tests.storage.books import Books, books

THIRD_IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def known(made: Books, invoice: Invoice | None = None) -> tuple[BankAccount, ...]:
    asked = made.register(invoice or an_invoice("1.00 EUR", number="ASKED"))
    return made.ledger.facts_for(asked).known_accounts


def pay(made: Books, number: str, account: str | None, supplier: Supplier | None = None) -> None:
    who = supplier or a_supplier()
    made.pay(made.register(an_invoice("90.00 EUR", number=number, supplier=who)), account=account)


def test_of_the_accounts_paid_only_the_last_is_known(made: Books) -> None:
    pay(made, "1", OTHER_IBAN)
    made.clock.pass_time(days=3)
    pay(made, "2", NORDWIND_IBAN)
    assert known(made) == (BankAccount(NORDWIND_IBAN, "last paid", "2026-11-25"),)


def test_an_account_paid_again_is_the_last_again(made: Books) -> None:
    for number, account in (("1", OTHER_IBAN), ("2", NORDWIND_IBAN), ("3", OTHER_IBAN)):
        pay(made, number, account)
    assert [account.account for account in known(made)] == [OTHER_IBAN]


def test_every_listed_account_is_known_the_newest_first(made: Books) -> None:
    made.suppliers.add(a_supplier(), NORDWIND_IBAN, None, "ann")
    made.clock.pass_time(days=1)
    made.suppliers.add(a_supplier(), OTHER_IBAN, None, "ann")
    made.clock.pass_time(days=1)
    pay(made, "1", THIRD_IBAN)
    assert known(made) == (
        BankAccount(THIRD_IBAN, "last paid", "2026-11-24"),
        BankAccount(OTHER_IBAN, "supplier list", "2026-11-23"),
        BankAccount(NORDWIND_IBAN, "supplier list", "2026-11-22"),
    )


def test_a_listed_account_stays_known_when_another_is_paid(made: Books) -> None:
    made.suppliers.add(a_supplier(), NORDWIND_IBAN, None, "ann")
    pay(made, "1", OTHER_IBAN)
    pay(made, "2", THIRD_IBAN)
    assert {account.account for account in known(made)} == {NORDWIND_IBAN, THIRD_IBAN}


def test_a_payment_without_an_account_teaches_nothing(made: Books) -> None:
    pay(made, "1", None)
    assert known(made) == ()


def test_an_account_is_known_by_every_key_of_its_supplier_and_no_other(made: Books) -> None:
    pay(made, "1", OTHER_IBAN, Supplier("Nordwind AG", vat_id="DE1"))
    by_name = an_invoice("1.00 EUR", number="A", supplier=a_supplier("NORDWIND"))
    by_vat = an_invoice("1.00 EUR", number="B", supplier=a_supplier("Südwind", "DE 1"))
    other = an_invoice("1.00 EUR", number="C", supplier=a_supplier("Südwind"))
    nobody = an_invoice("1.00 EUR", number="D", supplier=None)
    found = [len(known(made, invoice)) for invoice in (by_name, by_vat, other, nobody)]
    assert found == [1, 1, 0, 0]


def test_a_listed_category_is_found_by_the_strongest_key(made: Books) -> None:
    made.suppliers.add(a_supplier("Nordwind AG"), None, "office", "ann")
    made.suppliers.add(Supplier(None, vat_id="DE1"), None, "vehicles", "ann")
    assert made.suppliers.category_of(Supplier("Nordwind", vat_id="DE1")) == "vehicles"
    assert made.suppliers.category_of(a_supplier("Nordwind")) == "office"
    assert made.suppliers.category_of(a_supplier("Südwind")) is None
    made.suppliers.add(a_supplier("Nordwind AG"), None, "software", "ann")
    assert made.suppliers.category_of(a_supplier("Nordwind")) == "software"


def test_the_trail_says_who_listed_an_account_by_its_last_four_characters(made: Books) -> None:
    made.suppliers.add(a_supplier(), NORDWIND_IBAN, "vehicles", "ann")
    (event,) = made.trail.events()
    assert (event.actor, event.action) == ("ann", "supplier_listed")
    assert event.details == {
        "name": "Nordwind Logistik AG", "account": "…3000", "category": "vehicles"
    }  # fmt: skip
    bodies = made.database.all("SELECT body FROM audit")
    assert not any(NORDWIND_IBAN in row["body"] for row in bodies)
