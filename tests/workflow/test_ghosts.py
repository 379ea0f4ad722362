"""Version 1 could ask again what was answered: such stores are named, and mended."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import CLOCK, ApprovalRequest, Decision, Seen, Verdict
from expense_agent.domain.payment_run import CSV
from expense_agent.ports import Closing, EditRecord
from expense_agent.service import (
    Approve,
    AskedAgain,
    Edit,
    Event,
    PutOnHold,
    Refused,
    Reject,
    Scheduled,
    SendBack,
    Undo,
)
from tests.agents import Office, an_office, approve, queue, reject, take, waiting
from tests.builders import an_invoice
from tests.storage.version_1 import (
    ask_once_more,
    back_to_version_1,
    open_anew,
)

NOW = "2026-11-22T09:00:00.000Z"
Story = Callable[[ExpenseAgent, Seen], Awaitable[ApprovalRequest]]


@asynccontextmanager
async def haunted(folder: Path, story: Story) -> AsyncIterator[tuple[Office, Seen]]:
    """Yield a store of version 1 after a story, and the request that should not be open."""
    async with an_office(folder) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        seen = waiting(ann, "R-1001").seen
        ghost = await story(ann, seen)
        await office.close()
        back_to_version_1(office.folder)
        yield office, Seen(seen.invoice_id, ghost.interrupt_id, ghost.fingerprint)


async def paid(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    await approve(ann, seen)
    return ask_once_more(ann, seen.invoice_id)


async def rejected(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    await reject(ann, waiting(ann, "R-1001"))
    return ask_once_more(ann, seen.invoice_id)


async def rejected_and_cut_off(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    job = ann._desk.decide(seen, Verdict.REJECT, "ann", "not ours")
    ann._ledger.claims.release(job.thread_id, job.owner)
    ghost = ask_once_more(ann, seen.invoice_id)
    with ann._database.transaction():
        ann._database.write("UPDATE invoices SET status = 'waiting'")
    return ghost


async def paid_then_rejected(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    return refused(ann, await paid(ann, seen), Verdict.REJECT, "bob")


async def paid_then_expired(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    return refused(ann, await paid(ann, seen), Verdict.EXPIRE, CLOCK)


async def exported_then_rejected(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    await approve(ann, seen)
    ann.treasury.run(ann._database.folder.parent / "before.csv", format=CSV)
    return refused(ann, ask_once_more(ann, seen.invoice_id), Verdict.REJECT, "bob")


async def paid_then_edited_and_approved(ann: ExpenseAgent, seen: Seen) -> ApprovalRequest:
    ghost = await paid(ann, seen)
    before, after = {"payable_amount": "720.00"}, {"payable_amount": "80.00"}
    edit = EditRecord(ghost.thread_id, 2, "bob", "a typo", before, after, NOW)
    ann._ledger.add_edit(edit, seen.invoice_id)
    again = replace(ghost, interrupt_id="again", round=2, fingerprint="f2")
    open_anew(ann, again)
    decide(ann, again, Verdict.APPROVE, "cleo")
    return ghost


def refused(
    ann: ExpenseAgent, ghost: ApprovalRequest, verdict: Verdict, by: str
) -> ApprovalRequest:
    """Answer a ghost, and end as version 1 did: refused, and paid all the same."""
    decide(ann, ghost, verdict, by)
    known = ann._ledger.registered(ghost.thread_id)
    status = "rejected" if verdict is Verdict.REJECT else "expired"
    ann._ledger.close_invoice(known, Closing(status, by, "not ours"))
    return ghost


def decide(ann: ExpenseAgent, request: ApprovalRequest, verdict: Verdict, by: str) -> None:
    decision = Decision(
        request.thread_id, request.interrupt_id, request.round, request.level, verdict, by,
        "not ours", request.fingerprint, NOW, seat=request.seat,
    )  # fmt: skip
    assert ann._ledger.add_decision(decision, ann._ledger.registered(request.thread_id).id)


async def last(events: AsyncIterator[Event]) -> Event:
    return [event async for event in events][-1]


@pytest.mark.parametrize(
    ("story", "end", "payments"),
    [(paid, "scheduled", 1), (rejected, "rejected", 0), (rejected_and_cut_off, "rejected", 0)],
)
async def test_a_ghost_is_named_takes_no_answer_and_goes_away(
    tmp_path: Path, story: Story, end: str, payments: int
) -> None:
    async with haunted(tmp_path, story) as (office, ghost):
        bob = office.person("bob")
        named = f"{ghost.invoice_id} is asked about although it was answered: run `recover`"
        assert named in bob.verify().findings
        for answer in (
            bob.act(Approve(ghost)),
            bob.act(Reject(ghost, "no")),
            bob.act(Edit(ghost, {"payable_amount": "80.00"}, "a typo")),
            bob.act(PutOnHold(ghost, date(2026, 12, 24), "later")),
            bob.act(SendBack(ghost, "why?")),
        ):
            told = await last(answer)
            assert isinstance(told, Refused)
            assert told.by == "ann"
        assert (await bob.recover()).failed == ()
        assert (queue(bob), bob.verify().findings) == ([], ())
        assert bob._ledger.unfinished(include_failed=True) == []
        assert bob.invoice(ghost.invoice_id).state == end
        assert len(bob.payments()) == payments


@pytest.mark.parametrize("story", [paid, rejected, paid_then_rejected])
async def test_what_has_a_ghost_can_be_taken_back(tmp_path: Path, story: Story) -> None:
    async with haunted(tmp_path, story) as (office, ghost):
        bob = office.person("bob")
        payment = None if story is rejected else 1
        told = await last(bob.act(Undo(ghost.invoice_id, payment, "a mistake")))
        assert isinstance(told, AskedAgain)
        assert waiting(bob, "R-1001").round == 2
        assert bob.verify().findings == ()


@pytest.mark.parametrize(
    ("story", "amount"),
    [
        (paid_then_rejected, "720.00"),
        (paid_then_expired, "720.00"),
        (paid_then_edited_and_approved, "80.00"),
    ],
)
async def test_a_payment_that_was_answered_against_stays_here_and_is_asked_about_again(
    tmp_path: Path, story: Story, amount: str
) -> None:
    async with haunted(tmp_path, story) as (office, _):
        ann = office.person("ann")
        assert any("answered against" in finding for finding in ann.verify().findings)
        (left_out,) = ann.treasury.plan(format=CSV).left_out
        assert "it was answered against since by" in left_out.reason
        assert (await ann.recover()).failed == ()
        assert ann.verify().findings == ()
        row = waiting(ann, "R-1001")
        assert (row.payable_amount, row.holds[0].rule) == (amount, "taken_back")
        assert isinstance((await approve(ann, row))[-1], Scheduled)
        states = [(payment.amount, payment.status) for payment in ann.payments()]
        assert sorted(states) == sorted([("720.00", "voided"), (amount, "scheduled")])
        assert ann.verify().findings == ()


async def test_that_a_payment_had_left_before_it_was_refused_is_put_on_record(
    tmp_path: Path,
) -> None:
    async with haunted(tmp_path, exported_then_rejected) as (office, ghost):
        ann = office.person("ann")
        assert any("puts that on record" in finding for finding in ann.verify().findings)
        assert (await ann.recover()).failed == ()
        assert (ann.open_ends().cut_off, ann.verify().findings) == ((), ())
        event = ann.history(ghost.invoice_id)[-1]
        assert (event.action, event.details["by"]) == ("answered_against", "bob")
        assert [payment.status for payment in ann.payments()] == ["exported"]


async def test_a_store_of_version_1_without_ghosts_has_nothing_to_mend(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"), an_invoice("730.00 EUR", number="R-2"))
        await approve(ann, waiting(ann, "R-1001"))
        row: Any = waiting(ann, "R-2")
        await office.close()
        back_to_version_1(office.folder)
        later = office.person("ann")
        assert (later._ledger.unfinished(include_failed=True), later.verify().findings) == ([], ())
        assert waiting(later, "R-2") == row
