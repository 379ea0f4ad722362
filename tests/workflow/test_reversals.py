"""undo and reopen: answers are taken back, nothing is erased, and no money leaves by the way."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.policy import Approver, Policy
from expense_agent.service import (
    AskedAgain,
    Event,
    QueueRow,
    Refused,
    Reject,
    Rejected,
    Reopen,
    Scheduled,
    Undo,
)
from expense_agent.workflow.runner import Runner
from tests.agents import (
    Office,
    an_office,
    approve,
    edit,
    expire,
    queue,
    reject,
    tables,
    take,
    waiting,
)
from tests.builders import OTHER_IBAN, an_invoice


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as opened:
        yield opened


async def undo(
    agent: ExpenseAgent, invoice_id: str, payment: int | None = 1, reason: str = "wrong account"
) -> Event:
    return [event async for event in agent.act(Undo(invoice_id, payment, reason))][-1]


async def reopen(agent: ExpenseAgent, invoice_id: str, reason: str = "they explained it") -> Event:
    return [event async for event in agent.act(Reopen(invoice_id, reason))][-1]


def id_of(agent: ExpenseAgent, number: str) -> str:
    rows = tables(agent)(
        f"SELECT invoice_id FROM invoices WHERE json_extract(body, '$.number') = '{number}'"
        " ORDER BY seq"
    )
    return str(rows[0][0])


def statuses(agent: ExpenseAgent) -> list[tuple[int, str]]:
    return sorted((p.id, p.status) for p in agent.payments())


def blocks(row: QueueRow) -> list[str]:
    return [hold.rule for hold in row.holds if hold.severity == "block"]


def proved(agent: ExpenseAgent) -> bool:
    proof = agent.verify()
    assert proof.findings == ()
    return proof.ok


async def test_an_automatic_payment_taken_back_waits_for_a_person(office: Office) -> None:
    ann = office.person()
    assert await take(ann, an_invoice("120.00 EUR")) == {"R-1001": "scheduled"}
    known = id_of(ann, "R-1001")
    told = await undo(ann, known)
    assert isinstance(told, AskedAgain)
    assert statuses(ann) == [(1, "voided")]
    (hold,) = (h for h in waiting(ann, "R-1001").holds if h.rule == "taken_back")
    assert hold.reason == "payment 1 (by the agent) was taken back by ann: wrong account"
    assert hold.severity == "block"
    assert proved(ann)


async def test_paid_again_is_a_new_payment_that_names_the_voided_one(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("720.00 EUR"))
    await approve(ann, waiting(ann, "R-1001"))
    known = id_of(ann, "R-1001")
    await undo(ann, known)
    row = waiting(ann, "R-1001")
    assert (row.round, row.approved_by) == (2, ())
    assert isinstance((await approve(ann, row))[-1], Scheduled)
    assert statuses(ann) == [(1, "voided"), (2, "scheduled")]
    keys = tables(ann)("SELECT payment_key, replaces FROM payments ORDER BY payment_id")
    assert (keys[0][1], keys[1][1]) == (None, 1)
    assert keys[0][0] != keys[1][0]
    assert proved(ann)
    await undo(ann, known, 2)
    await approve(ann, waiting(ann, "R-1001"))
    assert statuses(ann) == [(1, "voided"), (2, "voided"), (3, "scheduled")]
    assert proved(ann)


async def test_what_was_taken_back_can_be_edited_or_rejected(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR"), an_invoice("130.00 EUR", number="R-2"))
    await undo(ann, id_of(ann, "R-1001"), 1)
    await undo(ann, id_of(ann, "R-2"), 2)
    await edit(ann, waiting(ann, "R-1001"), account=OTHER_IBAN)
    assert isinstance((await approve(ann, waiting(ann, "R-1001")))[-1], Scheduled)
    assert isinstance((await reject(ann, waiting(ann, "R-2")))[-1], Rejected)
    paid = {p.id: p.account for p in ann.payments("scheduled")}
    assert paid == {3: OTHER_IBAN}
    assert proved(ann)


async def test_a_rejection_is_taken_back_and_paid_after_new_approval(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("720.00 EUR"))
    await reject(ann, waiting(ann, "R-1001"))
    known = id_of(ann, "R-1001")
    assert isinstance(await undo(ann, known, None), AskedAgain)
    row = waiting(ann, "R-1001")
    assert blocks(row) == ["taken_back", "over_limit"]
    await approve(ann, row)
    assert statuses(ann) == [(1, "scheduled")]
    detail = ann.invoice(known)
    assert [d.verdict for d in detail.decisions] == ["reject", "approve"]
    assert [u.by for u in detail.reversals] == ["ann"]
    assert proved(ann)


@pytest.mark.parametrize(
    ("seen", "reason", "said"),
    [
        (2, "why", "is paid by payment 1 now, not 2"),
        (None, "why", "is scheduled: its payment can be taken back with `undo`"),
        (1, "  ", "give a reason"),
    ],
)
async def test_only_the_payment_that_was_seen_is_taken_back(
    office: Office, seen: int | None, reason: str, said: str
) -> None:
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR"))
    told = await undo(ann, id_of(ann, "R-1001"), seen, reason)
    assert isinstance(told, Refused)
    assert said in told.reason
    assert statuses(ann) == [(1, "scheduled")]


async def test_the_second_of_two_is_told_who_was_first(office: Office) -> None:
    ann, bob = office.person("ann"), office.person("bob")
    await take(ann, an_invoice("120.00 EUR"))
    known = id_of(ann, "R-1001")
    told = await asyncio.gather(undo(ann, known), undo(bob, known))
    refusals = [event for event in told if isinstance(event, Refused)]
    assert len(refusals) == 1
    assert "taken back already by" in refusals[0].reason or "carried out" in refusals[0].reason
    assert tables(ann)("SELECT count(*) FROM reversals") == [(1,)]
    assert len(queue(ann)) == 1


async def test_what_waits_or_was_booked_is_not_taken_back(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("720.00 EUR"), an_invoice("50.00 EUR", number="CN", type_code="381"))
    for number, said in (("R-1001", "not decided"), ("CN", "nothing was to be transferred")):
        told = await undo(ann, id_of(ann, number), None)
        assert isinstance(told, Refused)
        assert said in told.reason


async def test_a_twin_cannot_take_the_place_of_a_voided_payment_by_itself(office: Office) -> None:
    lenient = Policy(severities={"duplicate": "off"})
    office.policy = lenient
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR"))
    await undo(ann, id_of(ann, "R-1001"))
    assert await take(ann, an_invoice("125.00 EUR")) == {"R-1001": "waiting"}
    rows = {row.payable_amount: row for row in queue(ann)}
    assert "same number" in rows["125.00"].holds[0].reason
    await approve(ann, rows["125.00"])
    assert statuses(ann) == [(1, "voided"), (2, "scheduled")]
    again = await approve(ann, rows["120.00"])
    assert isinstance(again[-1], AskedAgain)  # the other one is paid now: that is news
    assert statuses(ann) == [(1, "voided"), (2, "scheduled")]
    assert proved(ann)


async def test_the_same_content_again_stays_a_duplicate(office: Office) -> None:
    ann = office.person()
    invoice = an_invoice("720.00 EUR")
    await take(ann, invoice)
    await reject(ann, waiting(ann, "R-1001"))
    assert await take(ann, invoice) == {"R-1001": "duplicate"}
    await reopen(ann, id_of(ann, "R-1001"))
    assert await take(ann, invoice) == {"R-1001": "duplicate"}
    await approve(ann, waiting(ann, "R-1001"))
    assert await take(ann, invoice) == {"R-1001": "duplicate"}
    assert statuses(ann) == [(1, "scheduled")]


async def test_an_account_is_not_known_by_a_payment_that_was_taken_back(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR", account=OTHER_IBAN))
    await undo(ann, id_of(ann, "R-1001"))
    await take(ann, an_invoice("110.00 EUR", number="R-2"))
    assert statuses(ann) == [(1, "voided"), (2, "scheduled")]
    assert await take(ann, an_invoice("90.00 EUR", number="R-3", account=OTHER_IBAN)) == {
        "R-3": "waiting"
    }


# --- reopen


async def test_a_rejected_invoice_is_asked_about_again_on_a_thread_of_its_own(
    office: Office,
) -> None:
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR", flags=("deceptive_text: odd",)))
    old = id_of(ann, "R-1001")
    await reject(ann, waiting(ann, "R-1001"))
    told = await reopen(ann, old)
    assert isinstance(told, AskedAgain)
    assert told.invoice_id != old
    row = waiting(ann, "R-1001")
    assert row.seen.invoice_id == told.invoice_id
    reasons = {hold.rule: hold.reason for hold in row.holds}
    assert reasons["reopened"] == f"{old} was asked about again by ann: they explained it"
    assert "duplicate" not in reasons
    await approve(ann, row)
    before, after = ann.invoice(old), ann.invoice(told.invoice_id)
    assert (before.state, before.reopened_as) == ("rejected", told.invoice_id)
    assert (after.state, after.reopens) == ("scheduled", old)
    assert proved(ann)


async def test_what_is_clean_now_still_waits_when_reopened(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("720.00 EUR"))
    await reject(ann, waiting(ann, "R-1001"))
    office.policy = Policy(auto_approve_limit=Decimal(5000), version="2")
    bob = office.person("bob")
    assert isinstance(await reopen(bob, id_of(bob, "R-1001")), AskedAgain)
    assert blocks(waiting(bob, "R-1001")) == ["reopened"]


async def test_an_invoice_is_reopened_once_and_not_undone_after_that(office: Office) -> None:
    ann, bob = office.person("ann"), office.person("bob")
    await take(ann, an_invoice("720.00 EUR"))
    old = id_of(ann, "R-1001")
    await reject(ann, waiting(ann, "R-1001"))
    told = await asyncio.gather(reopen(ann, old), reopen(bob, old))
    assert [type(event).__name__ for event in told if isinstance(event, Refused)] == ["Refused"]
    (anew,) = (event.invoice_id for event in told if isinstance(event, AskedAgain))
    refused = await undo(ann, old, None)
    assert isinstance(refused, Refused)
    assert anew in refused.reason
    await reject(ann, waiting(ann, "R-1001"))
    third = await reopen(ann, anew)
    assert isinstance(third, AskedAgain)
    assert ann.invoice(third.invoice_id).reopens == anew
    assert blocks(waiting(ann, "R-1001")) == ["reopened", "over_limit"]
    assert proved(ann)


async def test_an_expired_request_is_reopened_but_not_undone(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person()
        await take(ann, an_invoice("720.00 EUR"))
        office.clock.pass_time(hours=100)  # type: ignore[attr-defined]
        assert await expire(ann)
        old = id_of(ann, "R-1001")
        refused = await undo(ann, old, None)
        assert isinstance(refused, Refused)
        assert "`reopen`" in refused.reason
        assert isinstance(await reopen(ann, old), AskedAgain)
        assert proved(ann)


async def test_who_overturns_anothers_refusal_does_not_approve_it_alone(tmp_path: Path) -> None:
    people = Policy(approvers=(Approver("ann"), Approver("bob"), Approver("eve")))
    async with an_office(tmp_path, people) as office:
        ann, bob, eve = (office.person(name) for name in ("ann", "bob", "eve"))
        two = an_invoice("720.00 EUR"), an_invoice("730.00 EUR", number="R-2")
        await take(office.person("ines"), *two)
        await reject(bob, waiting(bob, "R-1001"))
        await reject(bob, waiting(bob, "R-2"))
        assert isinstance(await undo(ann, id_of(ann, "R-1001"), None), AskedAgain)
        assert isinstance(await reopen(ann, id_of(ann, "R-2")), AskedAgain)
        for number, said in (("R-1001", "reversed a decision on it"), ("R-2", "reopened it")):
            row = waiting(ann, number)
            assert said in (row.why_not or "")
            assert isinstance((await approve(ann, row))[-1], Refused)
            assert isinstance((await approve(eve, row))[-1], Scheduled)
        assert isinstance(await undo(office.person("mallory"), id_of(ann, "R-1001")), Refused)


# --- cut off


async def test_an_undo_cut_off_before_its_question_is_finished(
    office: Office,
) -> None:
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR"), an_invoice("720.00 EUR", number="R-2"))
    await reject(ann, waiting(ann, "R-2"))
    first, second = id_of(ann, "R-1001"), id_of(ann, "R-2")
    for job in (
        ann._recorder.reversals.undo(first, 1, "ann", "cut off"),
        ann._recorder.reversals.reopen(second, "ann", "cut off"),
    ):
        ann._ledger.claims.release(job.thread_id, job.owner)
    assert queue(ann) == []
    report = await office.person("bob").recover()
    assert len(report.finished) == 2
    assert {row.number for row in queue(ann)} == {"R-1001", "R-2"}
    assert proved(ann)


async def test_an_undo_of_a_payment_whose_run_was_cut_off_does_not_pay(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment is in the ledger, the checkpoint still stands before it: nothing pays again."""
    ann = office.person()
    await take(ann, an_invoice("720.00 EUR"))
    saver = ann._worker.engine.savers[0]
    written = type(saver).aput

    async def cut_off(self: object, config: object, checkpoint: object, *rest: object) -> object:
        if ann._ledger.payment_of(thread) is not None:
            raise RuntimeError("cut off")
        return await written(self, config, checkpoint, *rest)

    thread = ann._ledger.reversals.find(id_of(ann, "R-1001")).thread_id
    with monkeypatch.context() as patch:
        patch.setattr(type(saver), "aput", cut_off)
        await approve(ann, waiting(ann, "R-1001"))
    assert statuses(ann) == [(1, "scheduled")]
    told = await undo(ann, id_of(ann, "R-1001"))
    assert isinstance(told, AskedAgain)
    assert statuses(ann) == [(1, "voided")]
    await approve(ann, waiting(ann, "R-1001"))
    assert statuses(ann) == [(1, "voided"), (2, "scheduled")]
    assert proved(ann)


async def test_lost_checkpoints_do_not_lose_an_undo(office: Office) -> None:
    ann = office.person()
    await take(ann, an_invoice("120.00 EUR"))
    await undo(ann, id_of(ann, "R-1001"))
    runner: Runner = ann._worker.engine.runner
    thread = ann._ledger.reversals.find(id_of(ann, "R-1001")).thread_id
    await runner._forget(thread)
    row = waiting(ann, "R-1001")
    assert isinstance((await approve(ann, row))[-1], Scheduled)
    assert statuses(ann) == [(1, "voided"), (2, "scheduled")]


async def test_a_stale_screen_cannot_reject_what_was_taken_back_and_paid_again(
    office: Office,
) -> None:
    ann = office.person()
    await take(ann, an_invoice("720.00 EUR"))
    old = waiting(ann, "R-1001")
    await approve(ann, old)
    await undo(ann, id_of(ann, "R-1001"))
    told = [event async for event in ann.act(Reject(old.seen, "late"))]
    assert isinstance(told[-1], Refused)
    assert "already approved by ann" in told[-1].reason
