import pytest

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    AskedAgain,
    Booked,
    Event,
    Failed,
    Refused,
    Rejected,
    Resumed,
    Revalidated,
    Scheduled,
    Submitted,
)
from tests.tui.fake_service import CHANGED_BANK
from tui.model.progress import Outcome, Stage, advanced, begun


def told(event: Event, verb: Verb = Verb.APPROVE) -> str:
    return advanced(begun(verb, "R-1"), event).sentence


def test_nothing_is_called_done_before_the_payment_was_read_back() -> None:
    progress = begun(Verb.APPROVE, "R-1")
    for event, stage in (
        (Submitted("i"), Stage.SUBMITTED),
        (Resumed("i"), Stage.RESUMED),
        (Revalidated("i", ()), Stage.REVALIDATED),
    ):
        progress = advanced(progress, event)
        assert progress.stage is stage
        assert progress.running
    progress = advanced(progress, Scheduled("i", "1240.00", "EUR", "2026-11-24"))
    assert progress.outcome is Outcome.SCHEDULED
    assert progress.sentence == "R-1: scheduled for 2026-11-24: 1,240.00 EUR"


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (Booked("i"), "R-1: booked, nothing is transferred"),
        (Rejected("i", "ann", "not ordered"), "R-1: rejected by ann: not ordered"),
        (Rejected("i", "clock", "", expired=True), "R-1: expired, not paid (clock)"),
        (
            AskedAgain("i", "the bank changed", "f", lapsed=True),
            "R-1: waits again: the bank changed",
        ),
        (AskedAgain("i", "waiting for 2 approvers", "f"), "R-1: approved; waiting for 2 approvers"),
        (Failed("i", "disk full; run recover"), "R-1: needs attention: disk full; run recover"),
    ],
)
def test_every_ending_is_one_sentence(event: Event, sentence: str) -> None:
    assert told(event) == sentence


def test_a_refusal_names_the_winner_and_says_that_nothing_was_recorded() -> None:
    refused = Refused("i", "already approved by bob at 12:03:40", "bob")
    said = told(refused, Verb.REJECT)
    assert said == "R-1: already approved by bob at 12:03:40; your rejection was not recorded"


def test_new_holds_found_by_the_repeated_checks_are_named() -> None:
    assert CHANGED_BANK.reason in told(Revalidated("i", (CHANGED_BANK,)))
