"""From an invoice to a payment, through the service: what people see, what the ledger says."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.domain.approval import Seen
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Policy, blocking
from expense_agent.domain.supplier import Supplier
from expense_agent.service import (
    AskedAgain,
    Booked,
    Final,
    Refused,
    Rejected,
    Resumed,
    Revalidated,
    Scheduled,
    Submitted,
)
from tests.agents import (
    an_office,
    approve,
    edit,
    expire,
    open_requests,
    queue,
    reject,
    take,
    waiting,
)
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.fakes import FixedClock

TWO_ABOVE_10K = Policy(second_above=Decimal("10000.00"))
THIRD_IBAN = "FR1420041010050500013M02606"


async def test_a_clean_invoice_under_the_limit_is_scheduled_by_itself(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        assert await take(agent, an_invoice("500.00 EUR")) == {"R-1001": "scheduled"}
        (payment,) = agent.payments()
    assert (payment.amount, payment.account) == ("500.00", NORDWIND_IBAN)
    assert (payment.status, payment.approved_by) == ("scheduled", ())
    assert payment.execution_date == "2026-12-01"


async def test_an_invoice_over_the_limit_waits_for_a_person(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        assert await take(agent, an_invoice("500.01 EUR")) == {"R-1001": "waiting"}
        assert [hold.rule for hold in blocking(waiting(agent, "R-1001").holds)] == ["over_limit"]
        assert agent.payments() == []


async def test_an_approval_tells_every_stage_and_ends_in_one_payment(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        events = await approve(agent, row)
        assert [type(event) for event in events] == [Submitted, Resumed, Revalidated, Scheduled]
        assert events[-1] == Scheduled(row.seen.invoice_id, "720.00", "EUR", "2026-12-01")
        assert [p.approved_by for p in agent.payments()] == [("ann",)]
        assert queue(agent) == []
        assert agent.verify().findings == ()


async def test_a_rejection_closes_the_invoice_and_pays_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        events = await reject(agent, row, "goods returned")
        assert events[-1] == Rejected(row.seen.invoice_id, "ann", "goods returned")
        detail = agent.invoice(row.seen.invoice_id)
        assert (detail.state, detail.payment, detail.request) == ("rejected", None, None)
        assert detail.decisions[0].reason == "goods returned"


async def test_the_second_of_two_answers_is_told_who_was_first(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(bob, "R-1001")
        await approve(ann, row)
        (refused,) = await reject(bob, row)
        assert isinstance(refused, Refused)
        assert refused.by == "ann"
        assert "already approved by ann" in refused.reason
        assert "not recorded" not in refused.reason, "the bare cause: who tells it adds the rest"
        assert len(ann.payments()) == 1


async def test_an_edit_changes_what_is_shown_and_what_is_paid(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        before = waiting(agent, "R-1001")
        events = await edit(agent, before, payable_amount="640.50", account=OTHER_IBAN)
        assert isinstance(events[-1], AskedAgain)
        after = waiting(agent, "R-1001")
        assert after.payable_amount == "640.50"
        assert after.seen.fingerprint != before.seen.fingerprint
        assert after.seen.interrupt_id != before.seen.interrupt_id
        await approve(agent, after)
        (payment,) = agent.payments()
        assert (payment.amount, payment.account) == ("640.50", OTHER_IBAN)
        (change,) = agent.invoice(after.seen.invoice_id).edits
        assert change.before == {"payable_amount": "720.00", "account": NORDWIND_IBAN}


async def test_approving_what_was_seen_before_an_edit_is_refused(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        seen = waiting(ann, "R-1001")
        await edit(bob, seen, payable_amount="72000.00")
        (refused,) = await approve(ann, seen)
        assert isinstance(refused, Refused)
        assert "already edited by bob" in refused.reason
        assert ann.payments() == []


async def test_a_fingerprint_that_was_not_shown_is_refused(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        seen = waiting(agent, "R-1001").seen
        (refused,) = await approve(agent, Seen(seen.invoice_id, seen.interrupt_id, "0" * 16))
        assert isinstance(refused, Refused)
        assert "changed since you looked" in refused.reason
        assert agent.payments() == []


async def test_an_edit_below_the_limit_does_not_skip_the_person(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("900.00 EUR"))
        await edit(agent, waiting(agent, "R-1001"), payable_amount="10.00")
        row = waiting(agent, "R-1001")
        assert [hold.rule for hold in blocking(row.holds)] == ["edited"]
        assert agent.payments() == []
        assert isinstance((await approve(agent, row))[-1], Scheduled)


async def test_an_edit_and_its_undoing_do_not_revive_an_old_approval(tmp_path: Path) -> None:
    async with an_office(tmp_path, TWO_ABOVE_10K) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("20000.00 EUR"))
        await approve(ann, waiting(ann, "R-1001"))
        await edit(bob, waiting(bob, "R-1001", level=2), payable_amount="30000.00")
        await edit(bob, waiting(bob, "R-1001"), payable_amount="20000.00")
        assert waiting(bob, "R-1001").approved_by == ()
        events = await approve(bob, waiting(bob, "R-1001"))
        assert isinstance(events[-1], AskedAgain)
        assert bob.payments() == []


async def test_an_edited_category_stands_and_names_who_set_it(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR", description="xyzzy", supplier="Quux"))
        await edit(agent, waiting(agent, "R-1001"), category="travel")
        row = waiting(agent, "R-1001")
        assert row.category == "travel"
        await approve(agent, row)
        detail = agent.invoice(row.seen.invoice_id)
        assert detail.suggestion
        assert (detail.category, detail.suggestion.why) == ("travel", "set by ann")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"payable_amount": "5_95"}, "not an amount"),
        ({"payable_amount": "\u0665.\u0660\u0660"}, "not an amount"),
        ({"payable_amount": "-5"}, "not an amount"),
        ({"payable_amount": "5.001"}, "2 decimals"),
        ({"payable_amount": "0.00"}, "above zero"),
        ({"due_date": "2026-02-30"}, "there is no 2026-02-30"),
        ({"account": "DE89370400440532013001"}, "check digits"),
        ({"category": "nonsense"}, "no category"),
        ({"supplier": "Me"}, "cannot be edited"),
        ({"payable_amount": "720.00"}, "changes nothing"),
    ],
)
async def test_an_edit_that_cannot_be_meant_is_refused_in_words(
    tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        (refused,) = await edit(agent, row, **changes)
        assert isinstance(refused, Refused)
        assert words in refused.reason
        assert waiting(agent, "R-1001") == row


async def test_above_the_second_limit_two_different_people_must_approve(tmp_path: Path) -> None:
    async with an_office(tmp_path, TWO_ABOVE_10K) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("20000.00 EUR"))
        first = await approve(ann, waiting(ann, "R-1001"))
        assert isinstance(first[-1], AskedAgain)
        assert "second approver" in first[-1].why
        row = waiting(ann, "R-1001", level=2)
        assert row.why_not == "you have approved it already: another person must decide"
        (again,) = await approve(ann, row)
        assert isinstance(again, Refused)
        assert isinstance((await approve(bob, row))[-1], Scheduled)
        assert ann.payments()[0].approved_by == ("ann", "bob")
        assert ann.verify().ok


@pytest.mark.parametrize("first", [1, 2])
async def test_parallel_approvers_may_answer_in_any_order(tmp_path: Path, first: int) -> None:
    policy = Policy(second_above=Decimal(10000), parallel_above=Decimal(50000))
    async with an_office(tmp_path, policy) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("60000.00 EUR"))
        assert [row.level for row in open_requests(ann)] == [1, 2]
        assert len(queue(ann)) == 1, "one row an invoice"
        asked = await approve(ann, waiting(ann, "R-1001", level=first))
        assert isinstance(asked[-1], AskedAgain)
        last = await approve(bob, waiting(bob, "R-1001", level=3 - first))
        assert isinstance(last[-1], Scheduled)
        assert len(ann.payments()) == 1
        assert ann.verify().ok


async def test_one_rejection_of_a_parallel_pair_closes_both(tmp_path: Path) -> None:
    policy = Policy(parallel_above=Decimal(50000))
    async with an_office(tmp_path, policy) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("60000.00 EUR"))
        other = waiting(bob, "R-1001", level=1)
        assert isinstance((await reject(ann, waiting(ann, "R-1001", level=2)))[-1], Rejected)
        assert queue(bob) == []
        (refused,) = await approve(bob, other)
        assert isinstance(refused, Refused)
        assert refused.by == "ann"
        assert ann.payments() == []


async def test_a_pair_that_nobody_answered_in_time_expires_once(tmp_path: Path) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, Policy(parallel_above=Decimal(50000)), clock) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("60000.00 EUR"))
        clock.pass_time(hours=73)
        ended = [event for event in await expire(ann) if isinstance(event, Final)]
        assert [type(event) for event in ended] == [Rejected]
        assert open_requests(ann) == []


async def test_an_edit_after_one_of_two_parallel_approvals_asks_both_anew(tmp_path: Path) -> None:
    policy = Policy(parallel_above=Decimal(50000))
    async with an_office(tmp_path, policy) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("60000.00 EUR"))
        await approve(ann, waiting(ann, "R-1001", level=1))
        await edit(bob, waiting(bob, "R-1001", level=2), payable_amount="70000.00")
        rows = open_requests(ann)
        assert [(row.level, row.approved_by) for row in rows] == [(1, ()), (2, ())]
        await approve(ann, rows[0])
        assert isinstance((await approve(bob, rows[1]))[-1], Scheduled)
        assert [p.amount for p in ann.payments()] == ["70000.00"]


async def test_who_may_approve_follows_the_policy(tmp_path: Path) -> None:
    mia = Approver("mia", Money(Decimal(1000), "EUR"))
    policy = Policy(approvers=(mia, Approver("ann"), Approver("bob")))
    async with an_office(tmp_path, policy) as office:
        ann, bob = office.person("ann"), office.person("bob")
        small, eve = office.person("mia"), office.person("eve")
        await take(ann, an_invoice("720.00 EUR"), an_invoice("7200.00 EUR", number="R-2"))
        for person, number, words in (
            (eve, "R-1001", "eve is not an approver of the policy"),
            (ann, "R-1001", "you imported it"),
            (small, "R-2", "over your limit 1,000.00 EUR"),
        ):
            row = waiting(person, number)
            assert words in (row.why_not or "")
            (refused,) = await approve(person, row)
            assert isinstance(refused, Refused)
            assert words in refused.reason
        await edit(bob, waiting(bob, "R-2"), payable_amount="7100.00")
        assert "you edited it" in (waiting(bob, "R-2").why_not or "")
        (refused,) = await reject(eve, waiting(eve, "R-1001"))
        assert isinstance(refused, Refused)
        assert isinstance((await approve(small, waiting(small, "R-1001")))[-1], Scheduled)


async def test_a_bank_account_changed_after_the_question_goes_back_to_the_person(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        agent._suppliers.add(Supplier("Nordwind Logistik AG"), OTHER_IBAN, None, "bob")
        events = await approve(agent, row)
        assert isinstance(events[-1], AskedAgain)
        assert "bank account changed" in events[-1].why
        assert isinstance(events[-2], Revalidated)
        assert [hold.rule for hold in events[-2].news] == ["account_changed"]
        assert agent.payments() == []
        again = waiting(agent, "R-1001")
        assert [hold.rule for hold in blocking(again.holds)] == ["account_changed", "over_limit"]
        assert again.approved_by == ()
        assert isinstance((await approve(agent, again))[-1], Scheduled)


async def test_a_twin_paid_after_the_question_is_never_paid_again(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await take(agent, an_invoice("730.00 EUR"))
        first, second = sorted(queue(agent), key=lambda row: row.payable_amount)
        assert [hold.rule for hold in blocking(second.holds)] == ["duplicate", "over_limit"]
        await approve(agent, first)
        events = await approve(agent, second)
        assert isinstance(events[-1], AskedAgain)
        assert "already paid" in events[-1].why
        (stuck,) = queue(agent)
        assert "edit or reject it: " in (stuck.why_not or "")
        (refused,) = await approve(agent, stuck)
        assert isinstance(refused, Refused)
        assert len(agent.payments()) == 1
        assert isinstance((await reject(agent, stuck))[-1], Rejected)


async def test_the_same_content_again_is_a_duplicate_and_not_a_second_payment(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        again = an_invoice("120.000 EUR", file="other.json")
        assert await take(agent, again) == {"R-1001": "duplicate"}
        assert len(agent.payments()) == 1


@pytest.mark.parametrize(("type_code", "means"), [("381", None), ("380", "59"), ("380", "48")])
async def test_what_transfers_nothing_is_booked_without_a_payment(
    tmp_path: Path, type_code: str, means: str | None
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        invoice = an_invoice("7200.00 EUR", type_code=type_code, means_code=means)
        assert await take(agent, invoice) == {"R-1001": "booked"}
        assert agent.payments() == []


async def test_approving_a_negative_amount_books_it(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("-72.00 EUR"))
        row = waiting(agent, "R-1001")
        assert [hold.rule for hold in blocking(row.holds)] == ["not_payable"]
        assert isinstance((await approve(agent, row))[-1], Booked)
        assert agent.payments() == []


async def test_an_invoice_without_any_account_must_be_edited_first(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR", account=None))
        row = waiting(agent, "R-1001")
        assert "no bank account" in (row.why_not or "")
        await edit(agent, row, account=NORDWIND_IBAN)
        assert isinstance((await approve(agent, waiting(agent, "R-1001")))[-1], Scheduled)
        assert agent.payments()[0].account == NORDWIND_IBAN


async def test_the_account_of_the_supplier_list_is_used_where_the_invoice_names_none(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        agent._suppliers.add(Supplier("NORDWIND Logistik"), OTHER_IBAN, None, "bob")
        assert await take(agent, an_invoice("120.00 EUR", account=None)) == {"R-1001": "scheduled"}
        assert agent.payments()[0].account == OTHER_IBAN


async def test_an_account_other_than_the_one_last_paid_is_held(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        changed = an_invoice("130.00 EUR", number="R-2", account=OTHER_IBAN)
        assert await take(agent, changed) == {"R-2": "waiting"}
        (row,) = queue(agent)
        assert row.holds[0].rule == "account_changed"
        await approve(agent, row)
        back = an_invoice("140.00 EUR", number="R-3", account=NORDWIND_IBAN)
        assert await take(agent, back) == {"R-3": "waiting"}


async def test_no_edit_brings_a_request_back_whose_time_is_up(tmp_path: Path) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, clock=clock) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        clock.pass_time(hours=73)
        (refused,) = await edit(agent, waiting(agent, "R-1001"), payable_amount="72.00")
        assert isinstance(refused, Refused)
        assert "the request expired at" in refused.reason


async def test_nobody_is_paid_after_the_request_has_expired(tmp_path: Path) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, clock=clock) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        assert agent.overdue.expiring() == []
        clock.pass_time(hours=73)
        (refused,) = await approve(agent, row)
        assert isinstance(refused, Refused)
        assert "expired" in refused.reason
        events = await expire(agent)
        assert events[-1] == Rejected(
            row.seen.invoice_id, "clock", "nobody decided in time", expired=True
        )
        assert agent.invoice(row.seen.invoice_id).state == "expired"
        assert agent.payments() == []


async def test_an_overdue_invoice_is_paid_today_and_not_in_the_past(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR", due_date=date(2026, 1, 5)))
        assert agent.payments()[0].execution_date == "2026-11-22"


async def test_what_was_decided_is_there_after_a_restart(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"), an_invoice("820.00 EUR", number="R-2"))
        await approve(agent, waiting(agent, "R-1001"))
        await office.close()
        later = office.person()
        assert [row.number for row in queue(later)] == ["R-2"]
        assert len(later.payments()) == 1
        assert isinstance((await approve(later, waiting(later, "R-2")))[-1], Scheduled)


async def test_the_trace_says_what_the_agent_did_node_by_node(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        await approve(agent, row)
        steps = [step.node for step in agent.invoice(row.seen.invoice_id).steps]
        assert steps == [
            "categorize",
            "check_policy",
            "request_approval",
            "apply_decision",
            "revalidate",
            "schedule_payment",
        ]


async def test_an_approval_that_was_not_paid_on_in_time_is_asked_for_again(tmp_path: Path) -> None:
    clock = FixedClock()
    policy = Policy(second_above=Decimal("1000.00"), approval_valid_hours=24)
    async with an_office(tmp_path, policy, clock) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("2000.00 EUR"))
        await approve(ann, waiting(ann, "R-1001"))
        clock.pass_time(hours=25)
        events = await approve(bob, waiting(bob, "R-1001", level=2))
        assert isinstance(events[-1], AskedAgain)
        assert "approved by ann" in events[-1].why
        assert "not scheduled within 24 hours" in events[-1].why
        assert bob.payments() == []
        again = waiting(bob, "R-1001")
        assert (again.level, again.approved_by) == (1, ())
        await approve(ann, again)
        assert isinstance((await approve(bob, waiting(bob, "R-1001", level=2)))[-1], Scheduled)


async def test_a_chain_made_longer_meanwhile_is_asked_for_anew(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("2000.00 EUR"))
        row = waiting(ann, "R-1001")
        await office.close()
        office.policy = Policy(second_above=Decimal("1000.00"))
        ann, bob = office.person("ann"), office.person("bob")
        assert isinstance((await approve(ann, row))[-1], AskedAgain)
        assert ann.payments() == []
        await approve(ann, waiting(ann, "R-1001"))
        await approve(bob, waiting(bob, "R-1001", level=2))
        assert [p.approved_by for p in ann.payments()] == [("ann", "bob")]
