"""Credit notes are booked, shown with the supplier's next invoice, and offset by people, once."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.books import SystemClock
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Policy
from expense_agent.domain.supplier import Supplier
from expense_agent.service import AskedAgain, Booked, QueueRow, Refused, Undo
from tests.agents import an_office, approve, edit, queue, reject, tables, take, waiting
from tests.builders import an_invoice


def a_credit(amount: str = "20.00 EUR", number: str = "CN-1", **changes: Any) -> Invoice:
    return an_invoice(amount, number=number, type_code="381", **changes)


def an_expensive(number: str = "R-1", amount: str = "720.00 EUR", **changes: Any) -> Invoice:
    """An invoice that waits for a person anyway."""
    return an_invoice(amount, number=number, **changes)


def credits_of(row: QueueRow) -> list[tuple[str, str]]:
    return [(h.severity, h.reason) for h in row.holds if h.rule == "open_credit"]


def credit_id(agent: ExpenseAgent, number: str = "CN-1") -> str:
    sql = "SELECT invoice_id FROM invoices WHERE json_extract(body, '$.number') = "
    ((found,),) = tables(agent)(f"{sql}'{number}'")
    return str(found)


def payments(agent: ExpenseAgent) -> list[tuple[str, str]]:
    return [(p.invoice_id, p.amount) for p in agent.payments()]


async def test_a_booked_credit_note_is_shown_with_the_next_invoice_of_its_supplier(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        assert await take(agent, a_credit()) == {"CN-1": "booked"}
        await take(agent, an_expensive())
        ((severity, reason),) = credits_of(waiting(agent, "R-1"))
        assert severity == "warn"
        assert reason == "a credit of this supplier, 20.00 EUR, not offset: an edit takes it off"
        hold = next(h for h in waiting(agent, "R-1").holds if h.rule == "open_credit")
        assert hold.evidence == (f"{credit_id(agent)}: CN-1, 20.00 EUR, 2026-11-22",)
        fields = agent.invoice(waiting(agent, "R-1").seen.invoice_id).edit_fields
        choices = {field.name: field.choices for field in fields}
        assert choices["offset"] == ((credit_id(agent), "CN-1, 20.00 EUR"),)


async def test_an_offset_lowers_the_payment_and_uses_the_credit_up(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit(), an_expensive(), an_expensive("R-2"))
        changes = {"offset": credit_id(agent)}
        foreseen = agent.edit_desk.foresee(waiting(agent, "R-1").seen.invoice_id, changes)
        told = await edit(agent, waiting(agent, "R-1"), **changes)
        assert isinstance(told[-1], AskedAgain)
        row = waiting(agent, "R-1")
        assert [hold.reason for hold in foreseen.holds] == [hold.reason for hold in row.holds]
        assert (row.payable_amount, credits_of(row)) == ("700.00", [])
        await approve(agent, row)
        assert payments(agent) == [(row.seen.invoice_id, "700.00")]
        assert tables(agent)("SELECT remittance FROM payments") == [("R-1 less CN-1",)]
        refused = (await edit(agent, waiting(agent, "R-2"), offset=credit_id(agent)))[-1]
        assert isinstance(refused, Refused)
        assert "is not an open credit" in refused.reason
        assert agent.verify().ok


async def test_a_credit_larger_than_the_invoice_leaves_its_rest_open(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit("1000.00 EUR"), an_expensive(), an_expensive("R-2"))
        await edit(agent, waiting(agent, "R-1"), offset=credit_id(agent))
        row = waiting(agent, "R-1")
        assert row.payable_amount == "0.00"
        assert isinstance((await approve(agent, row))[-1], Booked)
        await edit(agent, waiting(agent, "R-2"), offset=credit_id(agent))
        assert waiting(agent, "R-2").payable_amount == "440.00"
        assert payments(agent) == []
        assert tables(agent)("SELECT sum(amount_minor) FROM offsets") == [(100_000,)]
        assert agent.verify().ok


async def test_a_credit_known_by_several_keys_of_its_supplier_is_one_credit(tmp_path: Path) -> None:
    known = Supplier("Nordwind Logistik AG", vat_id="DE811569869", legal_id="HRB 1")
    async with an_office(tmp_path, clock=SystemClock()) as office:
        agent = office.person()
        await take(agent, a_credit(supplier=known), an_expensive(supplier=known))
        ((_, reason),) = credits_of(waiting(agent, "R-1"))
        assert reason.startswith("a credit of this supplier, 20.00 EUR")


async def test_two_credits_are_offset_one_after_the_other(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit(), a_credit("5.50 EUR", "CN-2"), an_expensive())
        assert "2 credits of this supplier, 25.50 EUR" in credits_of(waiting(agent, "R-1"))[0][1]
        for number in ("CN-1", "CN-2"):
            await edit(agent, waiting(agent, "R-1"), offset=credit_id(agent, number))
        assert waiting(agent, "R-1").payable_amount == "694.50"


@pytest.mark.parametrize(
    "credit",
    [
        a_credit(supplier="Another GmbH"),
        a_credit("20.00 USD"),
        a_credit("-20.00 EUR"),
        a_credit("0.00 EUR"),
        a_credit(means_code="59"),
    ],
    ids=["another supplier", "another currency", "negative", "nothing", "settled by the supplier"],
)
async def test_what_is_no_credit_for_this_invoice_is_neither_shown_nor_offset(
    tmp_path: Path, credit: Invoice
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, credit)
        await take(agent, an_expensive())
        row = waiting(agent, "R-1")
        assert credits_of(row) == []
        assert isinstance((await edit(agent, row, offset=credit_id(agent)))[-1], Refused)


async def test_a_corrected_invoice_below_zero_is_a_credit_once_a_person_has_booked_it(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("-8.79 EUR", number="K-1", type_code="384"), an_expensive())
        assert credits_of(waiting(agent, "R-1")) == []
        assert isinstance((await approve(agent, waiting(agent, "K-1")))[-1], Booked)
        await edit(agent, waiting(agent, "R-1"), offset=credit_id(agent, "K-1"))
        assert waiting(agent, "R-1").payable_amount == "711.21"


async def test_a_clean_invoice_is_not_stopped_by_a_credit_unless_the_policy_says_so(
    tmp_path: Path,
) -> None:
    stopping = Policy(severities={"open_credit": "block"})
    for policy, outcome in ((None, "scheduled"), (stopping, "waiting")):
        async with an_office(tmp_path / outcome, policy) as office:
            agent = office.person()
            await take(agent, a_credit())
            assert await take(agent, an_invoice(number="R-1")) == {"R-1": outcome}


async def test_a_credit_comes_back_when_its_invoice_is_rejected(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit(), an_expensive(), an_expensive("R-2"))
        await edit(agent, waiting(agent, "R-1"), offset=credit_id(agent))
        await reject(agent, waiting(agent, "R-1"))
        await edit(agent, waiting(agent, "R-2"), offset=credit_id(agent))
        assert waiting(agent, "R-2").payable_amount == "700.00"


async def test_an_invoice_whose_credit_was_used_elsewhere_meanwhile_cannot_be_paid(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit(), an_expensive(), an_expensive("R-2"))
        await edit(agent, waiting(agent, "R-1"), offset=credit_id(agent))
        rejected = waiting(agent, "R-1").seen.invoice_id
        await reject(agent, waiting(agent, "R-1"))
        await edit(agent, waiting(agent, "R-2"), offset=credit_id(agent))
        _ = [event async for event in agent.act(Undo(rejected, None, "theirs after all"))]
        assert isinstance((await approve(agent, waiting(agent, "R-1")))[-1], Refused)
        assert payments(agent) == []
        stopped = next(h for h in waiting(agent, "R-1").holds if h.rule == "credit_used")
        assert (stopped.severity, stopped.overridable) == ("block", False)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"offset": "nothing"}, "'nothing' is not an open credit to offset"),
        ({"offset": "CREDIT", "payable_amount": "1.00"}, "an offset sets the payable amount"),
        ({"offset": "CREDIT", "due_date": "soon"}, "due date 'soon'"),
    ],
)
async def test_an_offset_that_is_not_certain_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, str], why: str
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit(), an_expensive())
        if changes["offset"] == "CREDIT":
            changes = {**changes, "offset": credit_id(agent)}
        told = (await edit(agent, waiting(agent, "R-1"), **changes))[-1]
        assert isinstance(told, Refused)
        assert why in told.reason
        assert tables(agent)("SELECT count(*) FROM offsets") == [(0,)]
        assert len(queue(agent)) == 1


@pytest.mark.parametrize(
    "values",
    [
        "'{credit}', '{other}', 1, 1, 'EUR'",  # no edit
        "'{credit}', '{paid}', 2, 1, 'EUR'",  # once an invoice
        "'{credit}', '{lowered}', 2, 1, 'EUR'",  # more than is left
        "'{paid}', '{lowered}', 2, 1, 'EUR'",  # no credit
        "'{credit}', '{lowered}', 2, 1, 'USD'",
        "'{credit}', '{lowered}', 2, 0, 'EUR'",
        "'{credit}', '{lowered}', 2, -5, 'EUR'",
    ],
)
async def test_the_database_itself_refuses_more_than_there_is(tmp_path: Path, values: str) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, a_credit(), an_expensive(), an_expensive("R-2"), an_expensive("R-3"))
        await edit(agent, waiting(agent, "R-1"), offset=credit_id(agent))
        await edit(agent, waiting(agent, "R-2"), payable_amount="1.00")
        named = tables(agent)("SELECT json_extract(body, '$.number'), thread_id FROM invoices")
        threads = {str(number): str(thread_id) for number, thread_id in named}
        filled = values.format(
            credit=threads["CN-1"], paid=threads["R-1"], lowered=threads["R-2"],
            other=threads["R-3"],
        )  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError), agent._database.transaction():
            agent._database.write(f"INSERT OR REPLACE INTO offsets VALUES ({filled})")
