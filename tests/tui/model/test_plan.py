from dataclasses import replace
from decimal import Decimal

import pytest

from expense_agent.domain.policy import ConfirmLines, Policy
from expense_agent.domain.verbs import Verb
from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, a_row
from tests.tui.model.test_inbox import an_inbox, show
from tui.model.availability import Desk
from tui.model.plan import (
    HIDDEN,
    OUTDATED,
    holds_by_rule,
    included,
    needs_review,
    plan,
    to_be_typed,
    totals,
)

BUILT_IN = Policy()
STRICT = Policy(
    confirm=ConfirmLines(Decimal(50), Decimal(500), 2, Decimal(200)),
    exchange_rates={"JPY": Decimal(160)},
)


def test_only_the_sum_asks_no_review() -> None:
    assert not needs_review(a_row(1, holds=(OVER_LIMIT,)), BUILT_IN)
    assert needs_review(a_row(1, holds=(OVER_LIMIT, CHANGED_BANK)), BUILT_IN)


@pytest.mark.parametrize(
    ("amount", "currency", "policy", "asks", "typed"),
    [
        ("10000.00", "EUR", BUILT_IN, "nothing", None),
        ("10000.01", "EUR", BUILT_IN, "a page", None),
        ("-100000.01", "EUR", BUILT_IN, "a page", "-100000.01"),
        ("100000.01", "USD", BUILT_IN, "a page", "100000.01"),
        ("50.00", "EUR", STRICT, "nothing", None),
        ("50.01", "EUR", STRICT, "a page", None),
        ("500.01", "EUR", STRICT, "a page", "500.01"),
        ("8000", "JPY", STRICT, "nothing", None),
        ("80001", "JPY", STRICT, "a page", "80001"),
        ("50.01", "USD", STRICT, "a page", None),  # no rate: the number itself counts
        ("", "EUR", STRICT, "nothing", None),
    ],
)
def test_the_lines_of_the_policy_ask_for_a_page_and_then_for_the_amount(
    amount: str, currency: str, policy: Policy, asks: str, typed: str | None
) -> None:
    row = a_row(1, amount, currency=currency, holds=(OVER_LIMIT,))
    assert needs_review(row, policy) is (asks == "a page")
    assert to_be_typed(Verb.APPROVE, [row], policy) == typed
    assert to_be_typed(Verb.REJECT, [row], policy) is None


def test_a_large_set_is_carried_out_by_typing_how_many() -> None:
    pair = [a_row(1, "100.00"), a_row(2, "100.00")]
    assert to_be_typed(Verb.APPROVE, pair, STRICT) is None
    assert to_be_typed(Verb.REJECT, [*pair, a_row(3, "1.00")], STRICT) == "3", "more than two"
    assert to_be_typed(Verb.APPROVE, [pair[0], a_row(2, "100.01")], STRICT) == "2", "over the sum"
    assert to_be_typed(Verb.APPROVE, [pair[0], a_row(2, "150.00", currency="USD")], STRICT) is None
    assert to_be_typed(Verb.HOLD, [*pair, a_row(3)], STRICT) is None


def test_blocking_holds_are_never_approved_in_bulk_and_the_item_says_so() -> None:
    rows = (a_row(1), a_row(2, holds=(CHANGED_BANK,)))
    items = plan(Verb.APPROVE, rows, an_inbox(*rows), Desk("ann"))
    assert included(items) == (rows[0],)
    assert items[1].out == f"approve it on its own: {CHANGED_BANK.reason}"
    assert not items[1].may_return


def test_blocking_holds_can_be_rejected_in_bulk() -> None:
    rows = (a_row(1), a_row(2, holds=(CHANGED_BANK,)))
    assert included(plan(Verb.REJECT, rows, an_inbox(*rows), Desk("ann"))) == rows


def test_an_item_that_is_not_mine_is_out_with_the_stores_reason() -> None:
    row = a_row(1, why_not="you edited it: another approver must decide")
    (item,) = plan(Verb.APPROVE, (row,), an_inbox(row), Desk("ann"))
    assert item.out == "you edited it: another approver must decide"


def test_an_item_the_filter_hides_is_out_but_may_be_put_back() -> None:
    rows = (a_row(1), a_row(2))
    inbox = an_inbox(*rows)
    inbox.marks[1] = a_row(1)
    show(inbox, rows[1])
    (item,) = plan(Verb.APPROVE, tuple(inbox.marks.values()), inbox, Desk("ann"))
    assert item.out == HIDDEN
    assert item.may_return


def test_what_was_drawn_anew_since_it_was_marked_is_out_until_it_is_marked_again() -> None:
    row = a_row(1)
    inbox = an_inbox(row)
    inbox.marks[1] = row
    inbox.known.forget()  # R, after somebody else's edit
    inbox.learn((1,), (replace(row, seen=replace(row.seen, fingerprint="other")),))
    (item,) = plan(Verb.REJECT, tuple(inbox.marks.values()), inbox, Desk("ann"))
    assert item.out == OUTDATED
    assert not item.may_return


def test_totals_never_mix_currencies_and_are_exact() -> None:
    rows = (a_row(1, "0.10"), a_row(2, "0.20"), a_row(3, "5.00", currency="USD"), a_row(4, ""))
    assert totals(rows) == {"EUR": "0.30", "USD": "5.00"}


def test_holds_are_counted_by_rule_the_commonest_first() -> None:
    rows = (a_row(1), a_row(2), a_row(3, holds=(CHANGED_BANK,)))
    assert list(holds_by_rule(rows).items()) == [("over_limit", 2), ("account_changed", 1)]
