"""The policy itself; the rules it steers are in test_rules.py."""

from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.facts import Facts, payment_account, transfers_nothing
from expense_agent.domain.invoice import PaymentMeans
from expense_agent.domain.money import Money
from expense_agent.domain.policy import BUILT_IN_SEVERITY, Hold, Policy, Severity, blocking, news
from expense_agent.domain.rules import RULES, check
from expense_agent.domain.supplier import BankAccount
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, a_suggestion, an_invoice

SEVERITIES = st.sampled_from(get_args(Severity))


def known(*accounts: str) -> Facts:
    listed = (BankAccount(account, "supplier list", "2026-01-01") for account in accounts)
    return Facts(known_accounts=tuple(listed))


# --- severities


@pytest.mark.parametrize(("rule", "severity"), BUILT_IN_SEVERITY.items())
def test_without_a_word_of_the_policy_the_built_in_severity_holds(rule: str, severity: str) -> None:
    assert Policy().severity(rule) == severity


def test_an_unknown_rule_blocks() -> None:
    assert Policy().severity("a_rule_of_tomorrow") == "block"


def test_the_default_covers_what_is_not_named_and_nothing_else() -> None:
    policy = Policy(default_severity="off", severities={"over_limit": "warn"})
    assert policy.severity("over_limit") == "warn"
    assert policy.severity("duplicate") == "off"


@given(severity=SEVERITIES)
def test_a_rule_switched_off_gives_no_hold_and_any_other_severity_is_shown(
    severity: Severity,
) -> None:
    policy = Policy(severities={"over_limit": severity})
    holds = check(an_invoice("501.00 EUR"), a_suggestion(), Facts(), policy)
    assert [hold.severity for hold in holds] == ([] if severity == "off" else [severity])


# --- limits and currencies


def test_an_amount_in_base_currency_is_compared_as_it_is() -> None:
    money = Money(Decimal("1.005"), "EUR")
    assert Policy().in_base_currency(money) == money


def test_another_currency_is_converted_and_rounded_half_up() -> None:
    policy = Policy(exchange_rates={"USD": Decimal("1.10")})
    assert policy.in_base_currency(Money(Decimal(560), "USD")) == Money(Decimal("509.09"), "EUR")
    assert Policy().in_base_currency(Money(Decimal(560), "USD")) is None


def test_the_autonomous_mode_lifts_the_limit_only_with_a_limit_of_its_own() -> None:
    limit = Decimal(5_000)
    assert Policy().automatic_limit == Money(Decimal("500.00"), "EUR")
    assert Policy(mode="autonomous").automatic_limit.amount == Decimal("500.00")
    assert Policy(autonomous_limit=limit).automatic_limit.amount == Decimal("500.00")
    assert Policy(mode="autonomous", autonomous_limit=limit).automatic_limit.amount == limit
    assert Policy(mode="autonomous", autonomous_limit=Decimal(0)).automatic_limit.amount == 0


# --- check


def test_a_clean_small_invoice_has_no_holds() -> None:
    assert check(an_invoice(), a_suggestion(), known(NORDWIND_IBAN), Policy()) == ()


def test_all_holds_are_given_at_once_in_the_order_of_the_rules() -> None:
    invoice = an_invoice(
        "9000.00 EUR", number=None, account=OTHER_IBAN, payee="X", flags=("deceptive_text: y",)
    )
    holds = check(invoice, a_suggestion(None), known(NORDWIND_IBAN), Policy())
    assert [hold.rule for hold in holds] == [
        "account_changed",
        "payee_differs",
        "deceptive_text",
        "missing_field",
        "over_limit",
        "category_unsure",
    ]


def test_the_most_alarming_hold_comes_first() -> None:
    invoice = an_invoice("900.00 EUR", number=None, flags=("deceptive_text: U+202E",))
    found = [hold.rule for hold in check(invoice, a_suggestion(None), known(OTHER_IBAN), Policy())]
    assert found == sorted(found, key=list(BUILT_IN_SEVERITY).index)
    assert found[0] == "account_changed"
    assert found[-1] == "category_unsure"
    assert len(RULES) == len(set(RULES))


def test_the_same_question_has_the_same_answer() -> None:
    asked = (an_invoice("900.00 EUR"), a_suggestion(), known(OTHER_IBAN), Policy())
    assert check(*asked) == check(*asked)


def test_only_what_blocks_needs_a_person() -> None:
    block, warn = Hold("over_limit", "block", "x"), Hold("category_unsure", "warn", "y")
    assert blocking((warn, block)) == (block,)


def test_news_is_what_blocks_and_was_not_seen_in_these_words() -> None:
    seen = Hold("duplicate", "block", "twin of i1", evidence=("i1",))
    same = Hold("duplicate", "block", "twin of i1", evidence=("i1 now paid",))
    other = Hold("duplicate", "block", "twin of i2")
    warn = Hold("category_unsure", "warn", "a guess")
    assert news((same, other, warn), (seen,)) == (other,)


def test_a_hold_survives_its_plain_form() -> None:
    hold = Hold("duplicate", "block", "twin", ("i1", "i2"), overridable=False)
    assert Hold.from_plain(hold.to_plain()) == hold
    assert hold.to_plain()["evidence"] == ["i1", "i2"]


# --- where the money goes


@pytest.mark.parametrize(
    ("named", "known_accounts", "chosen"),
    [
        (["A"], [], "A"),
        (["A"], ["B"], "A"),
        ([], ["B"], "B"),
        ([], ["B", "B"], "B"),
        ([], ["B", "C"], None),
        ([], [], None),
        (["A", "B"], ["B"], "B"),
        (["A", "B"], ["C"], None),
        (["A", "B"], ["A", "B"], None),
        (["A", "B"], [], None),
    ],
)
def test_the_account_is_the_named_one_or_the_known_one_never_the_first_of_several(
    named: list[str], known_accounts: list[str], chosen: str | None
) -> None:
    means = tuple(PaymentMeans(account=account) for account in named)
    invoice = replace(an_invoice(), payment_means=means)
    assert payment_account(invoice, known(*known_accounts)) == chosen


@pytest.mark.parametrize(
    ("type_code", "means_code", "nothing"),
    [("380", None, False), ("381", None, True), ("380", "59", True), ("380", "58", False)],
)
def test_credit_notes_and_collected_invoices_transfer_nothing(
    type_code: str,
    means_code: str | None,
    nothing: bool,  # noqa: FBT001 - the expected answer
) -> None:
    assert transfers_nothing(an_invoice(type_code=type_code, means_code=means_code)) is nothing
