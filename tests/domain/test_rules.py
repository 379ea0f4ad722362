"""Every rule by itself: what it holds, what it lets pass, and what approving cannot help."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from inspect import isfunction
from pkgutil import iter_modules
from typing import get_type_hints as hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain import rules
from expense_agent.domain.category import UNSURE, Suggestion
from expense_agent.domain.edit import Edited
from expense_agent.domain.facts import Facts, Twin
from expense_agent.domain.invoice import CREDIT_NOTES, INVOICES, Invoice, PaymentMeans
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import Rule
from expense_agent.domain.rules.document_rules import NEVER_BY_ITSELF
from expense_agent.domain.supplier import BankAccount
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, a_suggestion, a_supplier, an_invoice
from tests.domain.rule_words import hold, holds

LISTED = BankAccount(NORDWIND_IBAN, "supplier list", "2026-01-01")
PAID = BankAccount(OTHER_IBAN, "last paid", "2026-10-01")
CREDIT_NOTE = an_invoice(type_code="381")
DIRECT_DEBIT = an_invoice(means_code="59")


def twin(invoice_id: str = "i1", *, paid: bool = False) -> Twin:
    status = "scheduled" if paid else "waiting"
    return Twin(
        invoice_id, "R-1001", "120.00 EUR", status, "2026-10-01", paid,
        supplier="Nordwind", dated="2026-09-30",
    )  # fmt: skip


def paid_into(*accounts: str) -> Invoice:
    means = tuple(PaymentMeans(account=account) for account in accounts)
    return replace(an_invoice(), payment_means=means)


RULE = [Invoice, Suggestion, Facts, Policy, list[Hold]]


def test_every_rule_that_is_written_is_in_the_table() -> None:
    files = [import_module(f"{rules.__name__}.{one.name}") for one in iter_modules(rules.__path__)]
    public = [found for file in files for name, found in vars(file).items() if name[0] != "_"]
    written = {one for one in public if isfunction(one) and list(hints(one).values()) == RULE}
    assert {one.__name__ for one in written - set(rules.RULES)} == set(), "lacking in RULES"


# --- over_limit


@given(cents=st.integers(1, 10**9))
def test_exactly_what_is_above_the_limit_is_held(cents: int) -> None:
    money = Money.from_minor(cents, "EUR")
    found = holds(rules.over_limit, an_invoice(f"{money.amount} EUR"))
    assert bool(found) == (cents > 50_000)


def test_the_reason_names_the_amount_and_the_limit() -> None:
    found = hold(rules.over_limit, an_invoice("1234.50 EUR"))
    assert found.reason == "1,234.50 EUR is over the automatic limit 500.00 EUR"
    assert (found.evidence, found.overridable) == ((), True)


def test_a_foreign_amount_is_shown_in_both_currencies_with_the_date_of_its_rate() -> None:
    policy = Policy(exchange_rates={"USD": Decimal("1.10")}, rates_as_of=date(2026, 11, 2))
    found = hold(rules.over_limit, an_invoice("560.00 USD"), policy=policy)
    assert found.reason == "560.00 USD is over the automatic limit 500.00 EUR"
    assert found.evidence == ("560.00 USD is 509.09 EUR", "1 EUR = 1.10 USD, rate of 2026-11-02")
    assert holds(rules.over_limit, an_invoice("549.99 USD"), policy=policy) == []


def test_an_amount_that_cannot_be_compared_is_held() -> None:
    found = hold(rules.over_limit, an_invoice("1.00 NOK"))
    assert "no exchange rate for NOK" in found.reason
    assert found.evidence == ("add the rate to the policy",)


@pytest.mark.parametrize(
    "invoice",
    [
        an_invoice("EUR"),
        an_invoice("0.00 EUR"),
        an_invoice("-900.00 EUR"),
        an_invoice("900.00 EUR", type_code="381"),
        an_invoice("900.00 EUR", means_code="59"),
    ],
)
def test_what_pays_nothing_is_not_over_any_limit(invoice: Invoice) -> None:
    assert holds(rules.over_limit, invoice) == []


def test_a_limit_of_zero_sends_everything_to_a_person() -> None:
    policy = Policy(auto_approve_limit=Decimal(0))
    assert len(holds(rules.over_limit, an_invoice("0.01 EUR"), policy=policy)) == 1


# --- accounts


def test_an_iban_that_can_be_right_is_enough() -> None:
    assert holds(rules.account_unknown, an_invoice()) == []


@pytest.mark.parametrize("facts", [Facts(), Facts((LISTED, PAID))])
def test_no_account_at_all_cannot_be_approved(facts: Facts) -> None:
    found = hold(rules.account_unknown, an_invoice(account=None), facts)
    assert not found.overridable
    assert "no bank account" in found.reason


def test_without_an_account_on_the_invoice_the_one_known_account_counts() -> None:
    assert holds(rules.account_unknown, an_invoice(account=None), Facts((LISTED,))) == []


def test_an_iban_with_wrong_check_digits_cannot_be_approved() -> None:
    wrong = "DE88370400440532013000"
    facts = Facts((BankAccount(wrong, "supplier list", "2026-01-01"),))
    for known in (Facts(), facts):
        found = hold(rules.account_unknown, an_invoice(account=wrong), known)
        assert not found.overridable
        assert "its check digits are wrong" in found.reason


def test_a_national_account_is_held_until_it_is_known() -> None:
    invoice = an_invoice(account="099999990-417022310")
    found = hold(rules.account_unknown, invoice)
    assert found.overridable
    known = Facts((BankAccount("099999990-417022310", "last paid", "2026-10-01"),))
    assert holds(rules.account_unknown, invoice, known) == []


def test_an_account_other_than_the_known_ones_is_held_with_all_of_them_as_evidence() -> None:
    invoice = an_invoice(account="FR1420041010050500013M02606")
    found = hold(rules.account_changed, invoice, Facts((PAID, LISTED)))
    assert found.overridable
    assert f"instead of {OTHER_IBAN} (last paid)" in found.reason
    assert found.evidence == (
        f"{OTHER_IBAN}: last paid, 2026-10-01",
        f"{NORDWIND_IBAN}: supplier list, 2026-01-01",
    )


@pytest.mark.parametrize("account", [NORDWIND_IBAN, OTHER_IBAN, None])
def test_any_known_account_is_no_change(account: str | None) -> None:
    assert holds(rules.account_changed, an_invoice(account=account), Facts((PAID, LISTED))) == []


def test_the_first_invoice_of_a_supplier_changes_nothing() -> None:
    assert holds(rules.account_changed, an_invoice()) == []


def test_several_accounts_cannot_be_approved_until_one_is_chosen() -> None:
    invoice = paid_into(NORDWIND_IBAN, "FR1420041010050500013M02606")
    found = hold(rules.several_accounts, invoice)
    assert not found.overridable
    assert found.evidence == invoice.accounts
    assert holds(rules.account_unknown, invoice) == []
    assert holds(rules.account_changed, invoice, Facts((PAID,))) == []


def test_several_accounts_of_which_one_is_known_are_no_question() -> None:
    invoice = paid_into(NORDWIND_IBAN, "FR1420041010050500013M02606")
    assert holds(rules.several_accounts, invoice, Facts((LISTED,))) == []
    assert holds(rules.several_accounts, an_invoice()) == []


@pytest.mark.parametrize(
    "rule", [rules.account_unknown, rules.account_changed, rules.several_accounts]
)
@pytest.mark.parametrize("nothing", [CREDIT_NOTE, DIRECT_DEBIT])
def test_where_nothing_is_transferred_accounts_do_not_matter(rule: Rule, nothing: Invoice) -> None:
    accounts = tuple(PaymentMeans(m.code, a) for m in nothing.payment_means for a in ("A", "B"))
    assert holds(rule, replace(nothing, payment_means=accounts), Facts((LISTED,))) == []
    assert holds(rule, nothing, Facts((PAID,))) == []


# --- payee


def test_another_payee_than_the_supplier_is_held() -> None:
    found = hold(rules.payee_differs, an_invoice(payee="Ijsvogel Factoring NV"))
    assert found.reason == "to be paid to Ijsvogel Factoring NV, not to Nordwind Logistik AG"
    assert found.overridable


@pytest.mark.parametrize(
    "invoice",
    [
        an_invoice(payee=None),
        an_invoice(payee="Nordwind Logistik AG"),
        an_invoice(payee="Factor", type_code="381"),
    ],
)
def test_the_supplier_as_payee_or_nobody_is_no_question(invoice: Invoice) -> None:
    assert holds(rules.payee_differs, invoice) == []


# --- duplicates


def test_a_twin_that_waits_is_held_with_evidence() -> None:
    found = hold(rules.duplicate, an_invoice(), Facts(twins=(twin("i1"), twin("i2"))))
    assert found.reason == "R-1001 of this supplier is here already: i1, i2"
    assert found.evidence[0] == "i1: R-1001 of Nordwind, 120.00 EUR, dated 2026-09-30, waiting"
    assert found.twins == ("i1", "i2")
    assert found.overridable


def test_a_twin_that_is_paid_cannot_be_approved_or_switched_off() -> None:
    policy = Policy(severities={"duplicate": "off"})
    found = hold(
        rules.duplicate, an_invoice(), Facts(twins=(twin("i1"), twin("i2", paid=True))), policy
    )
    assert (found.severity, found.overridable) == ("block", False)
    assert found.reason == "R-1001 of this supplier is already paid as i2"


def test_a_second_credit_note_of_a_number_may_be_booked_by_a_person() -> None:
    assert hold(rules.duplicate, CREDIT_NOTE, Facts(twins=(twin(paid=True),))).overridable


def test_without_a_twin_there_is_no_duplicate() -> None:
    assert holds(rules.duplicate, an_invoice()) == []


# --- not_payable


def test_no_payable_amount_cannot_be_approved() -> None:
    found = hold(rules.not_payable, an_invoice("EUR"))
    assert (found.overridable, found.severity) == (False, "block")


@pytest.mark.parametrize("payable", ["1.005 EUR", "1.5 JPY", "1.0005 BHD"])
def test_more_decimals_than_the_currency_has_cannot_be_approved_or_switched_off(
    payable: str,
) -> None:
    policy = Policy(severities={"not_payable": "off"})
    found = hold(rules.not_payable, an_invoice(payable), policy=policy)
    assert (found.overridable, found.severity) == (False, "block")
    assert "more decimals" in found.reason


@pytest.mark.parametrize("payable", ["0.00 EUR", "-5.00 EUR"])
def test_nothing_or_less_to_pay_is_held(payable: str) -> None:
    found = hold(rules.not_payable, an_invoice(payable))
    assert found.overridable
    assert "books it without a payment" in found.reason


@pytest.mark.parametrize("code", ["325", "751", "999", "R"])
def test_a_document_that_asks_for_no_payment_is_held(code: str) -> None:
    assert f"document type {code}" in hold(rules.not_payable, an_invoice(type_code=code)).reason


@pytest.mark.parametrize("code", [None, *sorted(INVOICES - NEVER_BY_ITSELF.keys())])
def test_an_invoice_that_asks_for_money_is_payable(code: str | None) -> None:
    assert holds(rules.not_payable, an_invoice(type_code=code)) == []


@pytest.mark.parametrize(("code", "kind"), NEVER_BY_ITSELF.items())
def test_a_corrected_or_self_billed_invoice_is_not_paid_by_itself(code: str, kind: str) -> None:
    invoice = replace(an_invoice(type_code=code), preceding=("R-7", "R-8"))
    found = hold(rules.not_payable, invoice)
    assert found.reason == f"{kind} ({code}) of R-7, R-8 is not paid by itself"
    assert found.overridable
    assert "of" not in hold(rules.not_payable, replace(invoice, preceding=())).reason


@pytest.mark.parametrize("code", sorted(CREDIT_NOTES))
@pytest.mark.parametrize("payable", ["120.00 EUR", "-120.00 EUR", "0.00 EUR"])
def test_a_credit_note_of_any_sign_is_booked_without_a_question(code: str, payable: str) -> None:
    assert holds(rules.not_payable, an_invoice(payable, type_code=code)) == []


# --- missing_field


def test_what_the_policy_requires_and_the_invoice_lacks_is_named() -> None:
    invoice = an_invoice(number=None, supplier=None, issue_date=None, due_date=None)
    every = ("number", "supplier", "issue_date", "due_date", "vat_id", "purchase_order")
    found = hold(rules.missing_field, invoice, policy=Policy(required_fields=every))
    expected = "missing: number, supplier, issue date, due date, vat id, purchase order"
    assert found.reason == expected
    assert found.overridable


def test_a_placeholder_number_is_missing_and_shown() -> None:
    found = hold(rules.missing_field, an_invoice(number="n/a"))
    assert found.reason == "missing: number (the document says 'n/a')"


def test_a_complete_invoice_lacks_nothing() -> None:
    full = replace(
        an_invoice(supplier=a_supplier(vat_id="DE1")), purchase_order="P", buyer_reference="K"
    )
    every = ("number", "supplier", "issue_date", "due_date", "vat_id", "purchase_order")
    policy = Policy(required_fields=(*every, "buyer_reference"))
    assert holds(rules.missing_field, full, policy=policy) == []
    assert (
        holds(rules.missing_field, an_invoice(number=None), policy=Policy(required_fields=())) == []
    )


# --- edited, deceptive_text, category_unsure


def test_an_edited_invoice_is_decided_by_a_person_whatever_the_policy_says() -> None:
    policy = Policy(default_severity="off")
    edits = (
        Edited("mia", {"payable_amount": "9.00"}, {"payable_amount": "0.01"}),
        Edited(
            "noor",
            {"due_date": None, "category": "fees"},
            {"due_date": "2027-01-31", "category": "rent"},
        ),
    )
    found = hold(rules.edited, an_invoice("0.01 EUR"), Facts(edits=edits), policy)
    assert found.severity == "block"
    assert found.reason == (
        "edited by mia: payable amount 9.00 -> 0.01; "
        "noor: due date none -> 2027-01-31, category fees -> rent"
    )
    assert holds(rules.edited, an_invoice()) == []


def test_each_thing_the_reader_noticed_is_a_hold_of_the_rule_it_names() -> None:
    flags = ("deceptive_text: U+202E in the name", "not_payable: test document")
    found = holds(rules.flagged, an_invoice(flags=flags))
    assert [(h.rule, h.reason) for h in found] == [
        ("deceptive_text", "U+202E in the name"),
        ("not_payable", "test document"),
    ]
    assert holds(rules.flagged, an_invoice()) == []


def test_no_category_is_pointed_out_with_the_reason() -> None:
    [found] = rules.category_unsure(an_invoice(), UNSURE, Facts(), Policy())
    assert (found.severity, found.reason) == ("warn", "no category: nothing names a category")


def test_a_guess_below_the_threshold_is_pointed_out_and_at_it_is_not() -> None:
    guess = replace(a_suggestion(confidence=0.79), others=("fees",))
    [found] = rules.category_unsure(an_invoice(), guess, Facts(), Policy())
    assert found.reason == "vehicles is a guess (79%): 3 of 3 earlier invoices"
    assert found.evidence == ("fees",)
    sure = a_suggestion(confidence=0.80)
    assert rules.category_unsure(an_invoice(), sure, Facts(), Policy()) == []
