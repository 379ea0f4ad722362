import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from expense_agent.domain.category import UNSURE, Suggestion
from expense_agent.domain.doubts import doubts, sampled
from expense_agent.domain.facts import Facts
from expense_agent.domain.policy import CategoryPolicy, Policy, blocking
from expense_agent.domain.rules import check
from tests.builders import a_suggestion, an_invoice

QUIET = Policy(categories=CategoryPolicy(audit_one_in=0))
SAMPLED = Policy(categories=CategoryPolicy(audit_one_in=1))
SURE = a_suggestion("travel", 0.95)


def test_a_category_that_three_people_confirmed_needs_no_look() -> None:
    assert doubts(SURE, "i1", QUIET) == []


@pytest.mark.parametrize(
    ("suggestion", "reason"),
    [
        (UNSURE, "no category: nothing names a category"),
        (a_suggestion("travel", 0.79), "travel is a guess (79%): 3 of 3 earlier invoices"),
        (replace(SURE, kind="llm"), "only a language model says travel"),
        (replace(SURE, mixed=True), "travel, but not always: 3 of 3 earlier invoices"),
        (replace(SURE, confirmed=2), "travel is confirmed by 2 of the first 3 looks"),
        (replace(SURE, category="fees"), "fees is always looked at"),
    ],
)
def test_each_doubt_is_named(suggestion: Suggestion, reason: str) -> None:
    assert doubts(suggestion, "i1", QUIET) == [reason]


def test_what_a_person_has_set_is_not_doubted() -> None:
    for kind in ("person", "user_rule"):
        set_by = replace(SURE, kind=kind, category="fees", confirmed=0, mixed=True)
        assert doubts(set_by, "i1", SAMPLED) == []


def test_the_supplier_list_counts_as_confirmed_but_is_in_the_sample() -> None:
    listed = replace(SURE, kind="supplier_list", confirmed=0)
    assert doubts(listed, "i1", QUIET) == []
    assert doubts(listed, "i1", SAMPLED) == ["audit sample: one in 1 is looked at"]


def test_every_figure_is_a_setting() -> None:
    unsure = replace(SURE, confirmed=0, category="fees", confidence=0.5)
    anything = CategoryPolicy(first_confirmations=0, audit_one_in=0, sensitive=())
    lax = Policy(confidence_threshold=0.4, categories=anything)
    assert doubts(unsure, "i1", lax) == []


def test_the_audit_sample_is_one_in_twenty() -> None:
    hits = sum(sampled(f"invoice-{number}", 20) for number in range(20_000))
    assert 900 < hits < 1100


@pytest.mark.process
def test_the_audit_sample_is_the_same_in_another_process() -> None:
    code = (
        "from expense_agent.domain.doubts import sampled\n"
        "print(''.join('01'[sampled(str(n), 20)] for n in range(500)))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {"".join("01"[sampled(str(n), 20)] for n in range(500)) + "\n"}


def test_an_unsure_category_does_not_delay_a_clean_payment_unless_told_to() -> None:
    invoice = an_invoice("120.00 EUR")
    held = check(invoice, UNSURE, Facts(), Policy())
    assert [hold.rule for hold in held] == ["category_unsure"]
    assert blocking(held) == ()
    strict = Policy(severities={"category_unsure": "block"}, auto_approve_limit=Decimal(500))
    assert blocking(check(invoice, UNSURE, Facts(), strict)) != ()
