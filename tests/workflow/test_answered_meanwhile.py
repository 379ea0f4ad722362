"""An answer comes after a run has looked for answers, and before it writes down what it asks.

The run must look again: nobody is asked what is answered, and the answer is carried out.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Verdict
from expense_agent.domain.policy import Policy
from expense_agent.service import Comment, QueueRow
from expense_agent.workflow.claim_guard import Job, new_owner
from tests.agents import Office, an_office, approve, open_requests, take, waiting
from tests.builders import an_invoice
from tests.fakes import FixedClock

PAIR = Policy(parallel_above=Decimal(50000))
ENDS = {
    Verdict.APPROVE: "scheduled",
    Verdict.REJECT: "rejected",
    Verdict.EXPIRE: "expired",
    Verdict.HOLD: "waiting",
    Verdict.SEND_BACK: "waiting",
}
Answer = Callable[[], Any]


def just_before_it_asks(agent: ExpenseAgent, answer: Answer) -> None:
    """Let an answer be recorded once, when this session is about to write its requests down."""
    ledger: Any = agent._ledger
    ask, answers = ledger.open_requests, [answer]

    def late(*about: Any) -> Any:
        if answers:
            answers.pop()()
        return ask(*about)

    ledger.open_requests = late


def answer_to(agent: ExpenseAgent, row: QueueRow, verdict: Verdict) -> Answer:
    until = date(2026, 12, 24) if verdict is Verdict.HOLD else None
    return lambda: agent._desk.decide(row.seen, verdict, agent.approver, "because", until)


async def assert_settled(office: Office, invoice_id: str, verdict: Verdict) -> None:
    """The answer is carried out, and nobody is asked again."""
    agent = office.person("auditor")
    detail = agent.invoice(invoice_id)
    assert detail.state == ENDS[verdict]
    assert [row.round for row in open_requests(agent)] in ([], [2], [2, 2])
    assert len(agent.payments()) == (verdict is Verdict.APPROVE)
    assert agent._ledger.unfinished(include_failed=True) == []
    assert agent.verify().findings == ()


@pytest.mark.parametrize("commented", [False, True])
@pytest.mark.parametrize("verdict", [v for v in ENDS if v is not Verdict.EXPIRE])
async def test_the_second_of_a_pair_answers_while_the_first_is_carried_out(
    tmp_path: Path, verdict: Verdict, *, commented: bool
) -> None:
    async with an_office(tmp_path, PAIR) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("60000.00 EUR"))
        first, second = waiting(ann, "R-1001"), waiting(bob, "R-1001", level=2)
        if commented:  # so that the thread asks the second anew, under another interrupt
            _ = [event async for event in bob.act(Comment(first.seen.invoice_id, "hm"))]
        just_before_it_asks(ann, answer_to(bob, second, verdict))
        await approve(ann, first)
        await assert_settled(office, first.seen.invoice_id, verdict)


@pytest.mark.parametrize("verdict", ENDS)
async def test_a_person_answers_while_recovery_looks_at_the_thread(
    tmp_path: Path, verdict: Verdict
) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, clock=clock) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        detail = ann.invoice(row.seen.invoice_id)
        ann._ledger.note_failure(ann._ledger.registered(detail.thread_id), "a disk", 1)
        if verdict is Verdict.EXPIRE:
            clock.pass_time(hours=73)
        just_before_it_asks(ann, answer_to(bob, row, verdict))
        await ann.recover()
        await assert_settled(office, row.seen.invoice_id, verdict)


async def test_an_edit_after_which_a_stale_run_asks_is_not_undone(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        detail = ann.invoice(row.seen.invoice_id)

        def edited() -> None:
            bob._ledger.claims.release(detail.thread_id, "stale")
            bob._desk.edit(row.seen, {"payable_amount": "80.00"}, "bob", "a typo")

        just_before_it_asks(ann, edited)
        assert ann._ledger.claims.take(detail.thread_id, "stale", "recovery")
        _ = [
            event
            async for event in ann._worker.engine.runner.advance(Job(detail.thread_id, "stale"))
        ]
        (asked,) = open_requests(ann)
        assert (asked.round, asked.payable_amount) == (2, "80.00")
        assert ann._ledger.unfinished(include_failed=True) == []


async def test_what_was_answered_before_its_checkpoints_were_lost_is_not_asked_again(
    tmp_path: Path,
) -> None:
    """Not even where it would show something else now: it is asked about in a round of its own."""
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        thread_id = ann.invoice(row.seen.invoice_id).thread_id
        ann._desk.decide(row.seen, Verdict.APPROVE, "ann", "")
        await ann._worker.engine.runner._forget(thread_id)
        office.policy = Policy(auto_approve_limit=Decimal("100.00"))
        later = office.person("bob")
        await later.start()
        assert [
            event
            async for event in later._worker.engine.runner.advance(Job(thread_id, new_owner()))
        ]
        (asked,) = open_requests(later)
        assert (asked.round, later.payments()) == (2, [])
        assert later.verify().findings == ()


async def test_a_failure_noted_late_does_not_reopen_what_is_finished(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("120.00 EUR"))
        (payment,) = ann.payments()
        known = ann._ledger.reversals.find(payment.invoice_id)
        ann._ledger.note_failure(known, "a disk", 1)
        assert ann.invoice(known.id).state == "scheduled"
