import pytest

from expense_agent.domain.verbs import Verb
from expense_agent.errors import UsageProblem
from expense_agent.service import Approve, Comment, Reject
from tests.tui.fake_service import a_row
from tui.model.grace import LONGEST_SECONDS, Grace, grace_from
from tui.model.intent import Intent


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def approvals(*keys: int) -> tuple[Intent, ...]:
    return tuple(Intent(a_row(key), Approve(a_row(key).seen)) for key in keys)


def test_one_decision_counts_down_and_is_due_at_its_end() -> None:
    clock = Clock()
    grace = Grace(5, clock)
    assert grace.takes(approvals(1))
    assert (grace.left(1), grace.left(2)) == (5, None)
    clock.now += 4.2
    assert (grace.left(1), grace.due()) == (1, ())
    clock.now += 0.8
    assert grace.due() == approvals(1)
    assert (len(grace), grace.left(1), 1 in grace) == (0, None, False)


def test_several_together_have_six_times_as_long_and_go_together() -> None:
    clock = Clock()
    grace = Grace(5, clock)
    grace.takes(approvals(1, 2))
    assert grace.left(2) == 30
    clock.now += 30
    assert grace.due() == approvals(1, 2)


def test_nothing_counts_down_longer_than_two_minutes() -> None:
    grace = Grace(100, Clock())
    grace.takes(approvals(1, 2))
    assert grace.left(1) == LONGEST_SECONDS


def test_the_newest_is_withdrawn_first_and_all_at_once_if_asked() -> None:
    grace = Grace(5, Clock())
    for key in (1, 2, 3):
        grace.takes(approvals(key))
    assert grace.withdraw() == approvals(3)
    assert grace.withdraw_all() == approvals(1, 2)
    assert grace.withdraw() == ()


def test_without_grace_time_and_for_notes_and_edits_there_is_none() -> None:
    assert not Grace(0, Clock()).takes(approvals(1))
    note = Intent(a_row(1), Comment("inv-1", "hello"))
    assert not Grace(5, Clock()).takes((note,))


def test_an_intent_knows_its_verb_and_its_invoice() -> None:
    intent = Intent(a_row(1), Reject(a_row(1).seen, "no"))
    assert intent.verb is Verb.REJECT
    assert intent.what.invoice_id == "inv-1"
    assert Comment("inv-7", "x").invoice_id == "inv-7"


def test_the_time_is_read_from_the_environment() -> None:
    assert grace_from({}) == 5
    assert grace_from({"EXPENSE_AGENT_GRACE": "0"}) == 0
    assert grace_from({"EXPENSE_AGENT_GRACE": ""}) == 5, "an empty variable counts as unset"


@pytest.mark.parametrize("text", ["soon", "-1", "121", "nan"])
def test_a_time_that_cannot_be_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageProblem, match="write seconds from 0 to 120"):
        grace_from({"EXPENSE_AGENT_GRACE": text})
