from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, a_row
from tests.tui.model.test_inbox import an_inbox, show
from tui.model.plan import HIDDEN, holds_by_rule, included, needs_review, plan, totals
from tui.model.progress import Verb
from tui.model.why_not import Desk


def test_only_the_sum_asks_no_review() -> None:
    assert not needs_review(a_row(1, holds=(OVER_LIMIT,)))
    assert needs_review(a_row(1, holds=(OVER_LIMIT, CHANGED_BANK)))


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


def test_totals_never_mix_currencies_and_are_exact() -> None:
    rows = (a_row(1, "0.10"), a_row(2, "0.20"), a_row(3, "5.00", currency="USD"), a_row(4, ""))
    assert totals(rows) == {"EUR": "0.30", "USD": "5.00"}


def test_holds_are_counted_by_rule_the_commonest_first() -> None:
    rows = (a_row(1), a_row(2), a_row(3, holds=(CHANGED_BANK,)))
    assert list(holds_by_rule(rows).items()) == [("over_limit", 2), ("account_changed", 1)]
