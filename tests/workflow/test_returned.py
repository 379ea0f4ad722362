"""Put on hold, released, sent back, commented: the invoice is asked about again, never paid."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Verdict
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Policy, blocking
from expense_agent.service import (
    AskedAgain,
    Comment,
    Event,
    Noted,
    PutOnHold,
    QueueQuery,
    QueueRow,
    Refused,
    Release,
    Scheduled,
    SendBack,
)
from tests.agents import an_office, approve, edit, open_requests, queue, reject, take, waiting
from tests.builders import an_invoice
from tests.fakes import FixedClock

CHRISTMAS = date(2026, 12, 24)


async def last(events: AsyncIterator[Event]) -> Event:
    told = [event async for event in events]
    return told[-1]


async def park(agent: ExpenseAgent, row: QueueRow, until: date = CHRISTMAS) -> Event:
    return await last(agent.act(PutOnHold(row.seen, until, "supplier calls back")))


async def send_back(agent: ExpenseAgent, row: QueueRow) -> Event:
    return await last(agent.act(SendBack(row.seen, "is this the right supplier?")))


def held(agent: ExpenseAgent) -> list[QueueRow]:
    return agent.rows(agent.overview(QueueQuery(held=True)).keys)


def rules(row: QueueRow) -> list[str]:
    return [hold.rule for hold in blocking(row.holds)]


async def test_what_is_on_hold_leaves_the_queue_until_its_day_and_comes_back(
    tmp_path: Path,
) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, clock=clock) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        told = await park(agent, waiting(agent, "R-1001"))
        assert isinstance(told, AskedAgain)
        assert told.outcome == "held"
        assert told.why == "on hold until 2026-12-24 by ann: supplier calls back"
        assert queue(agent) == []
        (row,) = held(agent)
        assert (row.held_until, rules(row)) == ("2026-12-24", ["on_hold", "over_limit"])
        clock.pass_time(days=33)
        assert agent.overdue.expiring() == []
        assert isinstance((await approve(agent, waiting(agent, "R-1001")))[-1], Scheduled)
        assert agent.verify().findings == ()


async def test_a_hold_can_be_released_before_its_day(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent, bob = office.person(), office.person("bob")
        await take(agent, an_invoice("720.00 EUR"))
        await park(agent, waiting(agent, "R-1001"))
        (row,) = held(bob)
        told = await last(bob.act(Release(row.seen)))
        assert isinstance(told, AskedAgain)
        assert told.outcome == "waiting"
        assert held(bob) == []
        assert rules(waiting(bob, "R-1001")) == ["over_limit"]
        assert isinstance((await approve(bob, waiting(bob, "R-1001")))[-1], Scheduled)


@pytest.mark.parametrize("until", [date(2026, 11, 22), date(2020, 1, 1), date(2031, 1, 1)])
async def test_a_hold_ends_on_a_day_to_come_within_a_year(tmp_path: Path, until: date) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        told = await park(agent, waiting(agent, "R-1001"), until)
        assert isinstance(told, Refused)
        assert "a day after today" in told.reason


async def test_what_is_not_on_hold_cannot_be_released(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        told = await last(agent.act(Release(waiting(agent, "R-1001").seen)))
        assert isinstance(told, Refused)
        assert "is not on hold" in told.reason


async def test_what_is_sent_back_is_categorized_and_checked_anew_and_asked_with_the_question(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        told = await send_back(agent, waiting(agent, "R-1001"))
        assert isinstance(told, AskedAgain)
        assert told.outcome == "sent_back"
        row = waiting(agent, "R-1001")
        assert row.holds[0].reason == "sent back by ann: is this the right supplier?"
        steps = [step.node for step in agent.invoice(row.seen.invoice_id).steps]
        assert steps.count("categorize") == 2
        assert agent.payments() == []


async def test_an_edit_answers_the_question_it_was_sent_back_with(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await send_back(agent, waiting(agent, "R-1001"))
        await edit(agent, waiting(agent, "R-1001"), payable_amount="700.00")
        row = waiting(agent, "R-1001")
        assert rules(row) == ["edited", "over_limit"]
        assert isinstance((await approve(agent, row))[-1], Scheduled)


async def test_a_category_a_person_has_set_survives_another_look(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await edit(agent, waiting(agent, "R-1001"), category="travel")
        await send_back(agent, waiting(agent, "R-1001"))
        assert waiting(agent, "R-1001").category == "travel"


async def test_a_hold_voids_the_first_of_two_approvals(tmp_path: Path) -> None:
    policy = Policy(second_above=Decimal(10000))
    async with an_office(tmp_path, policy) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("20000.00 EUR"))
        await approve(ann, waiting(ann, "R-1001"))
        await park(bob, waiting(bob, "R-1001", level=2))
        (row,) = held(bob)
        assert (row.level, row.approved_by) == (1, ())
        assert isinstance((await approve(bob, row))[-1], AskedAgain)
        assert bob.payments() == []
        second = waiting_or_held(ann)
        assert isinstance((await approve(ann, second))[-1], Scheduled)


def waiting_or_held(agent: ExpenseAgent) -> QueueRow:
    (row,) = [*queue(agent), *held(agent)]
    return row


async def test_one_hold_of_a_parallel_pair_closes_both_and_asks_both_again(tmp_path: Path) -> None:
    policy = Policy(parallel_above=Decimal(50000))
    async with an_office(tmp_path, policy) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("60000.00 EUR"))
        await park(ann, waiting(ann, "R-1001", level=2))
        assert open_requests(ann) == []
        await last(ann.act(Release(held(ann)[0].seen)))
        assert [row.level for row in open_requests(ann)] == [1, 2]
        assert isinstance((await reject(ann, queue(ann)[0]))[-1].by, str)  # type: ignore[union-attr] # a Rejected
        assert ann.verify().findings == ()


async def test_only_an_approver_of_the_policy_may_park_or_send_back(tmp_path: Path) -> None:
    policy = Policy(approvers=(Approver("ann", Money(Decimal(100), "EUR")), Approver("bob")))
    async with an_office(tmp_path, policy) as office:
        ann, eve = office.person("ann"), office.person("eve")
        await take(eve, an_invoice("720.00 EUR"))
        assert isinstance(await park(eve, waiting(eve, "R-1001")), Refused)
        assert isinstance(await send_back(eve, waiting(eve, "R-1001")), Refused)
        assert isinstance(await park(ann, waiting(ann, "R-1001")), AskedAgain)


async def remembered(agent: ExpenseAgent, invoice_id: str) -> list[str]:
    """Return the comments a thread knows of."""
    await agent.start()
    state = await agent._worker.engine.runner._graph.aget_state(
        {"configurable": {"thread_id": agent.invoice(invoice_id).thread_id}}
    )
    return [said["text"] for said in state.values["comments"]]


async def test_comments_are_shown_at_once_and_go_into_the_thread_with_the_next_answer(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        seen = waiting(ann, "R-1001")
        for text in ("asked the supplier", "they confirm"):
            told = await last(bob.act(Comment(seen.seen.invoice_id, text)))
            assert isinstance(told, AskedAgain)
        detail = ann.invoice(seen.seen.invoice_id)
        assert [(c.author, c.text) for c in detail.comments] == [
            ("bob", "asked the supplier"),
            ("bob", "they confirm"),
        ]
        assert waiting(ann, "R-1001") == seen
        await park(ann, seen)
        assert await remembered(ann, seen.seen.invoice_id) == ["asked the supplier", "they confirm"]
        await last(bob.act(Comment(seen.seen.invoice_id, "they called back")))
        await last(ann.act(Release(held(ann)[0].seen)))
        assert len(await remembered(ann, seen.seen.invoice_id)) == 3


async def test_a_comment_changes_nothing_that_was_seen_so_the_approval_still_counts(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        seen = waiting(ann, "R-1001")
        await last(bob.act(Comment(seen.seen.invoice_id, "looks fine")))
        assert isinstance((await approve(ann, seen))[-1], Scheduled)
        assert ann.verify().findings == ()


async def test_what_waits_for_nobody_takes_no_comment(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        await approve(agent, row)
        told = await last(agent.act(Comment(row.seen.invoice_id, "too late")))
        assert isinstance(told, Refused)
        assert "does not wait" in told.reason


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.SEND_BACK])
async def test_a_returned_request_cut_before_its_resume_is_finished(
    tmp_path: Path, verdict: Verdict
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        until = CHRISTMAS if verdict is Verdict.HOLD else None
        agent._desk.decide(waiting(agent, "R-1001").seen, verdict, "ann", "later", until)
        await office.close()
        later = office.person()
        assert len((await later.start()).finished) == 1
        assert waiting_or_held(later).round == 2
        assert later.payments() == []


async def test_a_comment_on_what_was_answered_in_the_same_moment_is_kept(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        seen = waiting(bob, "R-1001").seen
        await approve(ann, seen)
        late = Comment(seen.invoice_id, "ask them first", asked=seen.interrupt_id)
        told = await last(bob.act(late))
        assert isinstance(told, Noted)
        assert (told.state, told.why[:23]) == ("scheduled", "already approved by ann")
        assert [said.text for said in ann.invoice(seen.invoice_id).comments] == ["ask them first"]
        assert ann.verify().findings == ()


async def test_a_comment_neither_waits_nor_makes_others_wait(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        thread_id = ann.invoice(row.seen.invoice_id).thread_id
        ann._ledger.claims.take(thread_id, "somebody", "recovery")
        assert isinstance(await last(ann.act(Comment(row.seen.invoice_id, "hm"))), AskedAgain)
        ann._ledger.claims.release(thread_id, "somebody")
        assert isinstance(await last(ann.act(Comment(row.seen.invoice_id, "ah"))), AskedAgain)
        assert ann._database.all("SELECT 1 FROM claims") == []


async def test_a_hold_is_released_although_the_clock_was_set_back_meanwhile(tmp_path: Path) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, clock=clock) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await park(agent, waiting(agent, "R-1001"))
        clock.pass_time(hours=-2)
        (row,) = held(agent)
        told = await last(agent.act(Release(row.seen)))
        assert isinstance(told, AskedAgain)
        assert told.outcome == "waiting"
        assert held(agent) == []
