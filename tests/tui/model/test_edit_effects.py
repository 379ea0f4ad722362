from dataclasses import replace
from typing import Any

from expense_agent.domain.policy import Hold
from expense_agent.service import Foreseen, InvoiceDetail
from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, FakeService, a_row
from tui.model.edit_form import effects

EDITED = Hold("edited", "block", "edited by ann: payable amount 1240.00 -> 400.00")
UNUSUAL = Hold("unusual_amount", "warn", "far above what is usual")
WAITS = ("", "it is held as edited, and waits for a person with the new values")


def a_detail(**changes: Any) -> InvoiceDetail:
    row = a_row(1, holds=(CHANGED_BANK, OVER_LIMIT))
    return replace(FakeService([row]).invoice("inv-1"), **changes)


def test_holds_that_come_go_and_stay_are_told_apart() -> None:
    foreseen = Foreseen((EDITED, OVER_LIMIT, UNUSUAL), 1)
    assert list(effects(a_detail(), foreseen)) == [
        ("new", UNUSUAL.reason),
        ("gone", CHANGED_BANK.reason),
        ("stays", OVER_LIMIT.reason),
        WAITS,
    ]


def test_a_hold_that_says_something_else_now_is_news() -> None:
    other = replace(OVER_LIMIT, reason="2,000.00 EUR is over the automatic limit 500.00 EUR")
    told = list(effects(a_detail(holds=(OVER_LIMIT,)), Foreseen((EDITED, other), 1)))
    assert told == [("new", other.reason), ("gone", OVER_LIMIT.reason), WAITS]


def test_earlier_approvals_are_voided_and_more_approvers_may_be_asked() -> None:
    told = list(effects(a_detail(holds=(), approvals_given=2), Foreseen((EDITED,), 2)))
    assert told == [("", "needs 2 approvals, not 1"), ("", "voids 2 earlier approvals"), WAITS]
