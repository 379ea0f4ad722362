"""Payee and amount, compared with what is known of the supplier."""

from dataclasses import replace
from decimal import Decimal

import pytest

from expense_agent.domain import rules
from expense_agent.domain.facts import Facts
from expense_agent.domain.lookalike import may_be_taken_for, shapes
from expense_agent.domain.rules.supplier_rules import ENOUGH_HISTORY
from expense_agent.domain.supplier import BankAccount, normalised_name
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.domain.rule_words import hold, holds

LISTED = (BankAccount(NORDWIND_IBAN, "supplier list", "2026-01-01"),)


def test_an_account_listed_for_another_supplier_is_held_with_their_names() -> None:
    facts = Facts(others_with_account=("südwind", "westwind"), account_listed_elsewhere=True)
    found = hold(rules.account_of_another, an_invoice(), facts)
    assert found.reason == f"{NORDWIND_IBAN} is known as the account of südwind"
    assert (found.severity, found.evidence) == ("block", ("westwind",))
    assert holds(rules.account_of_another, an_invoice(type_code="381"), facts) == []
    only_paid = replace(facts, account_listed_elsewhere=False)
    assert hold(rules.account_of_another, an_invoice(), only_paid).severity == "warn"


def test_the_first_payment_of_a_known_supplier_into_an_account_is_pointed_out() -> None:
    facts = Facts(known_accounts=LISTED, supplier_known=True)
    found = hold(rules.first_payment, an_invoice(), facts)
    assert (found.severity, found.evidence) == (
        "warn",
        (f"{NORDWIND_IBAN}: supplier list, 2026-01-01",),
    )
    assert holds(rules.first_payment, an_invoice(), replace(facts, account_paid=True)) == []
    assert holds(rules.first_payment, an_invoice()) == []
    changed = an_invoice(account=OTHER_IBAN)
    assert holds(rules.first_payment, changed, facts) == []  # account_changed says it


# --- supplier_lookalike


def test_an_unknown_supplier_that_looks_like_a_known_one_is_held_with_its_ids() -> None:
    facts = Facts(lookalikes=("nordwind logistik",))
    invoice = an_invoice(supplier="Nordvvind Logistik AG")
    found = hold(rules.supplier_lookalike, invoice, facts)
    assert found.severity == "block"
    assert "Nordvvind Logistik AG looks like nordwind logistik" in found.reason
    assert holds(rules.supplier_lookalike, invoice, replace(facts, supplier_known=True)) == []


@pytest.mark.parametrize(
    "name",
    [
        "N\u043erdwind Logistik AG",  # a Cyrillic o
        "Nordw\u0456nd Logistik",  # a Cyrillic i
        "N0rdwind Logistik",
        "Nordwlnd L0glstik",
        "Nordwind Logistiks",
        "Nordvvind Logistik Limited",
        "Nordwind-Logistick",
        "Nordwind Logisitk",
        "Nordwind Logistk GmbH",
        "NordwindLogistik KG",
    ],
)
def test_what_is_drawn_alike_or_one_letter_off_may_be_taken_for_a_supplier(name: str) -> None:
    known = normalised_name("Nordwind Logistik AG")
    assert may_be_taken_for(name, known)
    assert shapes(name) & shapes(known)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Nordwind Logistik GmbH", "Nordwind Logistik AG"),
        ("Müller & Söhne", "MUELLER SOEHNE KG"),
        ("School 4", "School 5"),
        ("Supplier A GmbH", "Supplier B GmbH"),
        ("Lieferant 01", "Lieferant 02"),
        ("Südwind Logistik", "Nordwind Logistik"),
        ("ABC", "ABD"),
        ("", "Nordwind"),
    ],
)
def test_the_same_name_another_number_and_other_names_are_no_look_alikes(
    name: str, known: str
) -> None:
    assert not may_be_taken_for(name, known)


# --- unusual_amount


def paid(*amounts: int) -> Facts:
    return Facts(usual=tuple(Decimal(amount) for amount in amounts))


def test_an_amount_far_above_all_payments_before_is_pointed_out_with_their_range() -> None:
    facts = paid(100, 110, 95, 105, 120, 100, 90, 100)
    found = hold(rules.unusual_amount, an_invoice("300.00 EUR"), facts)
    assert found.reason == "300.00 EUR is far above what this supplier was paid before"
    assert found.evidence == (
        "the last 8 payments: median 100.00 EUR, from 90.00 EUR to 120.00 EUR",
    )
    assert found.severity == "warn"
    assert holds(rules.unusual_amount, an_invoice("150.00 EUR"), facts) == []


def test_nothing_is_unusual_below_enough_history() -> None:
    few = paid(*[100] * (ENOUGH_HISTORY - 1))
    assert holds(rules.unusual_amount, an_invoice("9000.00 EUR"), few) == []
    assert len(holds(rules.unusual_amount, an_invoice("9000.00 EUR"), paid(*[100] * 8))) == 1


def test_a_rent_that_rises_is_not_unusual_and_one_outlier_does_not_hide_another() -> None:
    assert holds(rules.unusual_amount, an_invoice("130.00 EUR"), paid(*[100] * 12)) == []
    once = paid(*[100] * 11, 900)
    assert len(holds(rules.unusual_amount, an_invoice("950.00 EUR"), once)) == 1


def test_the_other_accounts_of_a_supplier_make_no_difference_to_strangers() -> None:
    assert holds(rules.account_of_another, an_invoice(account=OTHER_IBAN)) == []
