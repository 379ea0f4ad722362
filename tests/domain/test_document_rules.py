"""The rules that look at the document itself: its way to pay, its sums, what the standard wants."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from expense_agent.domain import rules
from expense_agent.domain.edit import Edited
from expense_agent.domain.en16931 import TRANSFERS, is_direct_debit
from expense_agent.domain.facts import Facts, payment_account
from expense_agent.domain.invoice import COLLECTED, Invoice, PaymentMeans
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules import check
from expense_agent.domain.supplier import BankAccount, Supplier
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, a_suggestion, a_supplier, an_invoice
from tests.domain.rule_words import NOBODY, holds
from tests.domain.test_en16931 import an_e_invoice

CONFIRMED = Facts((BankAccount(NORDWIND_IBAN, "supplier list", "2026-01-01"),))
EDITED_AMOUNT = Facts(edits=(Edited("ann", {"payable_amount": "1"}, {"payable_amount": "2"}),))
EDITED_DATE = Facts(edits=(Edited("ann", {"due_date": None}, {"due_date": "2026-12-01"}),))


def paid_by(*codes: str | None, account: str | None = NORDWIND_IBAN) -> Invoice:
    return an_e_invoice(payment_means=tuple(PaymentMeans(code, account) for code in codes))


def reasons(found: Sequence[Hold]) -> list[str]:
    return [hold.reason for hold in found]


# --- payment_means


@pytest.mark.parametrize("code", sorted(TRANSFERS))
def test_a_credit_transfer_is_followed(code: str) -> None:
    assert holds(rules.payment_means, paid_by(code)) == []


@pytest.mark.parametrize("code", ["1", "ZZZ", "97", "60", "x"])
def test_a_code_that_does_not_say_how_to_pay_is_for_a_person(code: str) -> None:
    [found] = holds(rules.payment_means, paid_by(code))
    assert found.reason == f"payment means {code} does not say how to pay"
    assert (found.severity, found.overridable) == ("block", True)


@pytest.mark.parametrize("means", [(), (PaymentMeans(None, NORDWIND_IBAN),)])
def test_an_e_invoice_without_a_code_is_for_a_person(means: tuple[PaymentMeans, ...]) -> None:
    invoice = an_e_invoice(payment_means=means)
    assert reasons(holds(rules.payment_means, invoice)) == ["the e-invoice does not say how to pay"]


def test_a_table_has_no_such_field_and_is_not_held_for_it() -> None:
    assert holds(rules.payment_means, an_invoice()) == []
    assert reasons(holds(rules.payment_means, an_invoice(means_code="1"))) == [
        "payment means 1 does not say how to pay"
    ]


@pytest.mark.parametrize("code", ["49", "59"])
def test_a_direct_debit_is_pointed_out_and_never_blocks(code: str) -> None:
    [found] = holds(rules.payment_means, paid_by(code, account=None))
    assert found.severity == "warn"
    assert "direct debit" in found.reason
    off = Policy(severities={"payment_means": "off"})
    assert holds(rules.payment_means, paid_by(code), policy=off) == []


@pytest.mark.parametrize("code", sorted(COLLECTED - {"49", "59"}))
def test_what_is_paid_in_another_way_is_booked_without_a_word(code: str) -> None:
    assert holds(rules.payment_means, paid_by(code)) == []
    assert not is_direct_debit(paid_by(code))


@pytest.mark.parametrize("codes", [("30", "58"), ("58", "59"), ("48", "30")])
def test_several_ways_to_pay_are_for_a_person(codes: tuple[str, ...]) -> None:
    [found] = holds(rules.payment_means, paid_by(*codes))
    assert found.reason == f"several ways to pay: payment means {', '.join(codes)}"


def test_several_transfers_to_one_confirmed_account_are_one_way() -> None:
    assert holds(rules.payment_means, paid_by("30", "58"), CONFIRMED) == []
    assert len(holds(rules.payment_means, paid_by("58", "59"), CONFIRMED)) == 1
    elsewhere = paid_by("30", "58", account=OTHER_IBAN)
    assert len(holds(rules.payment_means, elsewhere, CONFIRMED)) == 1


def test_the_same_code_twice_is_one_way() -> None:
    assert holds(rules.payment_means, paid_by("30", "30")) == []


def test_a_sepa_transfer_needs_euros_and_an_iban() -> None:
    dollars = replace(paid_by("58"), currency="USD")
    assert reasons(holds(rules.payment_means, dollars)) == [
        "a SEPA transfer (58) moves euros, the invoice is in USD"
    ]
    local = paid_by("58", account="99999999-1")
    assert reasons(holds(rules.payment_means, local)) == [
        "a SEPA transfer (58) needs an IBAN, which 99999999-1 is not"
    ]
    assert holds(rules.payment_means, paid_by("30", account="99999999-1")) == []


def test_a_sepa_transfer_without_an_account_goes_to_the_one_we_know() -> None:
    invoice = paid_by("58", account=None)
    assert payment_account(invoice, CONFIRMED) == NORDWIND_IBAN
    assert holds(rules.payment_means, invoice, CONFIRMED) == []


@pytest.mark.parametrize(
    "changes",
    [{"type_code": "381"}, {"payable_amount": Decimal(0)}, {"payable_amount": None}],
)
def test_where_nothing_is_transferred_no_way_is_asked_for(changes: dict[str, object]) -> None:
    invoice = an_e_invoice(payment_means=(), **changes)
    assert holds(rules.payment_means, invoice) == []


# --- totals_wrong


def test_a_sum_that_does_not_come_out_is_held_with_the_rule_as_evidence() -> None:
    [found] = holds(rules.totals_wrong, an_e_invoice(payable_amount=Decimal(1)))
    assert (found.rule, found.severity) == ("totals_wrong", "block")
    assert found.evidence == ("BR-CO-16",)
    assert found.overridable


def test_cents_of_rounding_warn_whatever_the_policy_says_of_sums() -> None:
    row = replace(an_e_invoice().vat_breakdown[0], base=Decimal("145.20"))
    invoice = an_e_invoice(vat_breakdown=(row,))
    for severity in ("block", "warn"):
        policy = Policy(severities={"totals_wrong": severity})
        assert [h.severity for h in holds(rules.totals_wrong, invoice, policy=policy)] == ["warn"]
    off = Policy(severities={"totals_wrong": "off"})
    assert check(invoice, a_suggestion(), NOBODY, off) == ()


def test_only_an_edit_of_the_amount_frees_it_from_the_other_sums() -> None:
    invoice = an_e_invoice(payable_amount=Decimal(1))
    assert holds(rules.totals_wrong, invoice, EDITED_AMOUNT) == []
    assert len(holds(rules.totals_wrong, invoice, EDITED_DATE)) == 1


def test_a_credit_note_must_come_out_too() -> None:
    note = an_e_invoice(type_code="381", payable_amount=Decimal(1))
    assert len(holds(rules.totals_wrong, note)) == 1


# --- missing_field and payee_differs of e-invoices


def test_what_the_standard_wants_is_held_beside_what_the_policy_wants() -> None:
    invoice = an_e_invoice(number=None, type_code=None)
    found = holds(rules.missing_field, invoice)
    assert reasons(found) == ["missing: number", "the e-invoice lacks the type of document"]
    assert found[1].evidence == ("BR-04",)


def test_a_supplier_without_ids_is_known_by_a_confirmed_account() -> None:
    invoice = an_e_invoice(supplier=Supplier("Nordwind Logistik AG"))
    assert reasons(holds(rules.missing_field, invoice)) == [
        "the e-invoice lacks an id of the supplier"
    ]
    assert holds(rules.missing_field, invoice, CONFIRMED) == []


def test_a_factored_invoice_pays_a_confirmed_account_only() -> None:
    factored = an_e_invoice(type_code="393")
    [found] = holds(rules.payee_differs, factored)
    assert "factored" in found.reason
    assert holds(rules.payee_differs, factored, CONFIRMED) == []
    named = replace(factored, payee_name="Factor AG")
    assert len(holds(rules.payee_differs, named, CONFIRMED)) == 1


def test_a_clean_e_invoice_has_no_hold() -> None:
    invoice = an_e_invoice(supplier=a_supplier(vat_id="DE811569869"))
    assert check(invoice, a_suggestion(), NOBODY, Policy()) == ()
