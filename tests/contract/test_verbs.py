"""Every verb keeps one contract: the real engine and the fake service do and say the same."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    Action,
    Approve,
    AskedAgain,
    Comment,
    Edit,
    Expire,
    Paused,
    PutOnHold,
    QueueQuery,
    Reject,
    Release,
    Reopen,
    Resumed,
    Revalidated,
    Scheduled,
    SendBack,
    Step,
    Submitted,
    Undo,
)
from tests.contract.worlds import POLICY, STEPWISE, WORLDS, World, said, the_row, told

CHRISTMAS = date(2026, 12, 24)
BIG = "20000.00"


@pytest.fixture(params=WORLDS)
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with WORLDS[request.param](tmp_path, POLICY) as opened:
        yield opened


@pytest.fixture(params=WORLDS)
async def stepwise(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with WORLDS[request.param](tmp_path, STEPWISE) as opened:
        yield opened


async def test_an_approval_tells_every_stage_and_schedules_the_payment(world: World) -> None:
    await world.waits()
    ann = world.person()
    seen = the_row(ann).seen
    events = await told(ann, Approve(seen))
    assert [type(event) for event in events] == [Submitted, Resumed, Revalidated, Scheduled]
    assert events[-1] == Scheduled(seen.invoice_id, "1240.00", "EUR", "2026-12-01")
    assert ann.invoice(seen.invoice_id).state == "scheduled"
    assert ann.overview(QueueQuery()).keys == ()


async def test_an_approval_ends_in_one_sentence(world: World) -> None:
    await world.waits()
    ann = world.person()
    sentence = await said(ann, Approve(the_row(ann).seen))
    assert sentence == "R-1: scheduled for 2026-12-01: 1,240.00 EUR"


async def test_a_second_person_must_approve_a_large_amount(world: World) -> None:
    await world.waits(BIG)
    ann, bob = world.person("ann"), world.person("bob")
    sentence = await said(ann, Approve(the_row(ann).seen))
    assert sentence == "R-1: approved; waiting for a second approver"
    row = the_row(ann)
    assert (row.level, row.approved_by) == (2, ("ann",))
    why_not = "you have approved it already: another person must decide"
    assert (row.why_not, the_row(bob).why_not) == (why_not, None)
    assert await said(ann, Approve(row.seen)) == f"R-1: {why_not}; your approval was not recorded"
    assert await said(bob, Approve(row.seen)) == "R-1: scheduled for 2026-12-01: 20,000.00 EUR"


async def test_a_rejection_names_its_author_and_its_reason(world: World) -> None:
    await world.waits()
    ann = world.person()
    seen = the_row(ann).seen
    assert await said(ann, Reject(seen, "not ordered")) == "R-1: rejected by ann: not ordered"
    assert ann.invoice(seen.invoice_id).state == "rejected"


async def test_an_edit_is_seen_and_comes_back_as_another_request(world: World) -> None:
    await world.waits()
    ann = world.person()
    before = the_row(ann)
    sentence = await said(ann, Edit(before.seen, {"payable_amount": "1200.00"}, "as agreed"))
    assert sentence == "R-1: edited; waiting for a person"
    after = the_row(ann)
    assert (after.payable_amount, after.round) == ("1200.00", 2)
    assert after.seen.interrupt_id != before.seen.interrupt_id
    assert after.seen.fingerprint != before.seen.fingerprint


async def test_an_edit_that_changes_nothing_is_refused(world: World) -> None:
    await world.waits()
    ann = world.person()
    row = the_row(ann)
    sentence = await said(ann, Edit(row.seen, {"payable_amount": "1240.00"}, "as agreed"))
    assert sentence == "R-1: the edit changes nothing; your edit was not recorded"
    assert the_row(ann) == row


async def test_a_form_that_somebody_else_has_open_refuses_an_edit(world: World) -> None:
    await world.waits()
    ann, bob = world.person("ann"), world.person("bob")
    row = the_row(ann)
    bob.edit_desk.begin(row.seen.invoice_id)
    sentence = await said(ann, Edit(row.seen, {"payable_amount": "1200.00"}, "as agreed"))
    assert sentence.startswith("R-1: bob is editing it since ")
    assert sentence.endswith(" UTC; your edit was not recorded")
    assert sentence.count("your edit") == 1


async def test_a_hold_takes_a_request_out_of_the_queue(world: World) -> None:
    await world.waits()
    ann = world.person()
    hold = PutOnHold(the_row(ann).seen, CHRISTMAS, "waiting for the supplier")
    assert await said(ann, hold) == (
        "R-1: on hold until 2026-12-24 by ann: waiting for the supplier"
    )
    assert ann.overview(QueueQuery()).keys == ()
    assert the_row(ann, held=True).held_until == "2026-12-24"


async def test_a_release_ends_a_hold(world: World) -> None:
    await world.waits()
    ann = world.person()
    await told(ann, PutOnHold(the_row(ann).seen, CHRISTMAS, "wait"))
    held = the_row(ann, held=True)
    assert await said(ann, Release(held.seen)) == "R-1: released; waiting for a person"
    assert the_row(ann).held_until is None


async def test_a_request_that_is_not_on_hold_cannot_be_released(world: World) -> None:
    await world.waits()
    ann = world.person()
    row = the_row(ann)
    about = row.seen.invoice_id
    sentence = await said(ann, Release(row.seen))
    assert sentence == f"R-1: {about} is not on hold; your release was not recorded"


async def test_a_question_sends_a_request_back(world: World) -> None:
    await world.waits()
    ann = world.person()
    events = await told(ann, SendBack(the_row(ann).seen, "who ordered this?"))
    assert isinstance(events[-1], AskedAgain)
    assert events[-1].outcome == "sent_back"
    asked = SendBack(the_row(ann).seen, "all of it?")
    assert await said(ann, asked) == "R-1: sent back by ann: all of it?"
    assert "sent_back" in [hold.rule for hold in the_row(ann).holds]


async def test_a_note_is_added_and_leaves_the_request_as_it_was(world: World) -> None:
    await world.waits()
    ann = world.person()
    row = the_row(ann)
    note = Comment(row.seen.invoice_id, "asked Otto", asked=row.seen.interrupt_id)
    assert await said(ann, note) == "R-1: note added"
    assert the_row(ann) == row
    assert [c.text for c in ann.invoice(row.seen.invoice_id).comments] == ["asked Otto"]


async def test_a_note_is_seen_also_on_what_is_on_hold(world: World) -> None:
    await world.waits()
    ann = world.person()
    await told(ann, PutOnHold(the_row(ann).seen, CHRISTMAS, "wait"))
    about = the_row(ann, held=True).seen.invoice_id
    assert await said(ann, Comment(about, "asked Otto")) == "R-1: note added"


async def test_a_note_is_seen_also_on_what_was_sent_back(world: World) -> None:
    await world.waits()
    ann = world.person()
    await told(ann, SendBack(the_row(ann).seen, "who ordered this?"))
    about = the_row(ann).seen.invoice_id
    assert await said(ann, Comment(about, "asked Otto")) == "R-1: note added"


async def test_a_note_on_what_was_answered_meanwhile_says_both(world: World) -> None:
    await world.waits()
    ann, bob = world.person("ann"), world.person("bob")
    seen = the_row(bob).seen
    await told(ann, Reject(seen, "not ordered"))
    late = Comment(seen.invoice_id, "asked Otto", asked=seen.interrupt_id)
    assert await said(bob, late) == "R-1: note added; already rejected by ann at hh:mm:ss UTC"


async def test_an_empty_note_is_refused(world: World) -> None:
    await world.waits()
    ann = world.person()
    empty = Comment(the_row(ann).seen.invoice_id, "  ")
    assert await said(ann, empty) == "R-1: the note says nothing; your note was not recorded"


@pytest.mark.parametrize(
    ("first", "word"), [("approve", "approved"), ("reject", "rejected"), ("edit", "edited")]
)
async def test_a_lost_race_is_told_once_with_who_won(world: World, first: str, word: str) -> None:
    await world.waits()
    ann, bob = world.person("ann"), world.person("bob")
    seen = the_row(bob).seen
    won: dict[str, Action] = {
        "approve": Approve(seen),
        "reject": Reject(seen, "not ordered"),
        "edit": Edit(seen, {"payable_amount": "1200.00"}, "as agreed"),
    }
    await told(ann, won[first])
    lost = f"R-1: already {word} by ann at hh:mm:ss UTC; your"
    assert await said(bob, Approve(seen)) == f"{lost} approval was not recorded"
    assert await said(bob, Reject(seen, "no")) == f"{lost} rejection was not recorded"
    assert await said(bob, SendBack(seen, "why?")) == f"{lost} question was not recorded"
    assert await said(bob, PutOnHold(seen, CHRISTMAS, "wait")) == f"{lost} hold was not recorded"


async def test_a_request_that_changed_since_it_was_seen_is_not_decided(world: World) -> None:
    await world.waits()
    ann = world.person()
    stale = replace(the_row(ann).seen, fingerprint="0" * 16)
    assert await said(ann, Approve(stale)) == (
        "R-1: it changed since you looked (now ...); your approval was not recorded"
    )


async def test_a_request_with_time_left_does_not_expire(world: World) -> None:
    await world.waits()
    ann = world.person()
    row = the_row(ann)
    (event,) = await told(ann, Expire(row.seen))
    assert getattr(event, "reason", "") == f"{row.seen.invoice_id} has time until {row.expires_at}"


async def test_a_payment_is_taken_back_once(world: World) -> None:
    await world.waits()
    ann = world.person()
    seen = the_row(ann).seen
    await told(ann, Approve(seen))
    payment = ann.invoice(seen.invoice_id).payment
    assert payment is not None
    undo = Undo(seen.invoice_id, payment.id, "wrong account")
    assert await said(ann, undo) == "R-1: taken back; waiting for a person"
    assert the_row(ann).seen.invoice_id == seen.invoice_id
    again = f"payment {payment.id} was taken back already by ann; your reversal was not recorded"
    assert await said(ann, undo) == f"R-1: {again}"


async def test_a_rejected_invoice_is_asked_about_again_under_a_new_id(world: World) -> None:
    await world.waits()
    ann = world.person()
    seen = the_row(ann).seen
    await told(ann, Reject(seen, "not ordered"))
    reopen = Reopen(seen.invoice_id, "it was ordered after all")
    last = (await told(ann, reopen))[-1]
    assert isinstance(last, AskedAgain)
    assert last.invoice_id == the_row(ann).seen.invoice_id != seen.invoice_id


async def test_a_step_leads_to_the_next_and_a_step_that_is_not_next_is_refused(
    stepwise: World,
) -> None:
    await stepwise.waits("120.00")
    ann = stepwise.person()
    (row,) = ann.steps()
    last = (await told(ann, Step(row.invoice_id, row.step)))[-1]
    assert last == Paused(row.invoice_id, "check_policy", ann.steps()[0].note)
    assert await said(ann, Step(row.invoice_id, row.step)) == (
        f"R-1: {row.invoice_id} stands in front of check_policy, not categorize; "
        "your step was not recorded"
    )


def test_every_verb_has_its_words() -> None:
    for verb in Verb:
        assert verb.noun
        assert verb.past
