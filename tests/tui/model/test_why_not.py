from dataclasses import replace

import pytest

from expense_agent.domain.verbs import Verb
from expense_agent.service import QueueRow, Refused, Submitted
from tests.tui.fake_service import a_row
from tests.tui.model.test_inbox import an_inbox
from tui.model.availability import Desk, why_not


def reason(row: QueueRow, desk: Desk | None = None, verb: Verb = Verb.APPROVE) -> str | None:
    return why_not(verb, row, an_inbox(row), desk or Desk("ann"))


def test_an_open_request_of_mine_can_be_decided() -> None:
    assert {reason(a_row(1), verb=verb) for verb in Verb} == {None}


def test_the_stores_reason_stops_approving_but_not_rejecting_or_editing() -> None:
    row = a_row(1, why_not="over your limit 500.00 EUR: a higher approver must decide")
    assert reason(row) == "over your limit 500.00 EUR: a higher approver must decide"
    assert reason(row, verb=Verb.REJECT) is None
    assert reason(row, verb=Verb.EDIT) is None


def test_once_its_time_is_over_nothing_but_a_note_can_be_added() -> None:
    row = replace(a_row(1, why_not="the request expired at noon"), late=True)
    off = {verb for verb in Verb if reason(row, verb=verb) == "the request expired at noon"}
    assert off == set(Verb) - {Verb.NOTE}


def test_the_few_who_may_decide_instead_are_named() -> None:
    row = replace(a_row(1, why_not="over your limit 500.00 EUR"), waits_for=("bob", "cyd"))
    assert reason(row) == "over your limit 500.00 EUR; waiting for bob or cyd"
    many = replace(row, waits_for=("bob", "cyd", "dora", "ed"))
    assert reason(many) == "over your limit 500.00 EUR"


@pytest.mark.parametrize("verb", list(Verb))
def test_read_only_stops_everything_and_says_how_to_change_it(verb: Verb) -> None:
    said = reason(a_row(1), Desk("ann", read_only=True), verb)
    assert said == "read-only: start without --read-only to decide"


def test_who_is_not_an_approver_decides_nothing() -> None:
    desk = Desk("eve", not_an_approver="eve is not an approver of the policy")
    assert reason(a_row(1), desk, Verb.REJECT) == "eve is not an approver of the policy"


def test_an_answered_request_names_who_answered_and_when() -> None:
    row = replace(a_row(1), status="approve", answered_by="bob", answered_at="2026-11-22T12:03:40Z")
    said = str(reason(row))
    assert said.startswith("already approved by bob at ")
    assert said.endswith(":03:40")


def test_an_answer_of_the_clock_needs_no_name() -> None:
    assert reason(replace(a_row(1), status="expire")) == "already expired"


def test_a_decision_on_its_way_stops_a_second_one() -> None:
    inbox = an_inbox(a_row(1))
    inbox.begin([a_row(1)], Verb.APPROVE)
    assert why_not(Verb.REJECT, a_row(1), inbox, Desk("ann")) == "your approval is on its way"


def test_after_a_refusal_the_request_may_be_decided_if_it_still_waits() -> None:
    inbox = an_inbox(a_row(1))
    inbox.begin([a_row(1)], Verb.APPROVE)
    inbox.apply(1, Submitted("inv-1"))
    inbox.apply(1, Refused("inv-1", "the store is busy"))
    assert why_not(Verb.APPROVE, a_row(1), inbox, Desk("ann")) is None


def test_a_request_that_changed_since_it_was_drawn_is_to_be_read_first() -> None:
    inbox = an_inbox(a_row(1))
    inbox.changed.add(1)
    said = why_not(Verb.APPROVE, a_row(1), inbox, Desk("ann"))
    assert said == "changed since you looked: R shows what waits now"


def test_without_a_row_the_key_says_what_is_missing() -> None:
    inbox = an_inbox(a_row(1))
    assert why_not(Verb.APPROVE, None, inbox, Desk("ann")) == "the row is still being read"
    assert why_not(Verb.APPROVE, None, an_inbox(), Desk("ann")) == "nothing is under the cursor"
