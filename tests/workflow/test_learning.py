"""Decisions are learned at once, durably and once; nothing else is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.category import Suggestion
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import CategoryPolicy, Policy
from expense_agent.service import Approve, AskedAgain, QueueRow, Scheduled, SendBack, Undo
from tests.agents import Office, an_office, approve, edit, queue, reject, take, waiting
from tests.builders import an_invoice
from tests.fakes import FixedClock

ALL_ASKED = Policy(auto_approve_limit=Policy().auto_approve_limit * 0)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path, ALL_ASKED, FixedClock()) as opened:
        yield opened


def bought(number: str, supplier: str = "Aldermoor", cost_centre: str | None = None) -> Invoice:
    """An invoice no keyword says anything of."""
    invoice = an_invoice(number=number, supplier=supplier, description="as agreed")
    return replace(invoice, accounting_reference=cost_centre)


def suggests(agent: ExpenseAgent, supplier: str = "Aldermoor") -> Suggestion:
    return agent._categorizer.suggest(bought("X-1", supplier))


async def corrected(agent: ExpenseAgent, number: str, category: str) -> None:
    await edit(agent, waiting(agent, number), category=category)


async def test_the_second_invoice_uses_the_first_correction(office: Office) -> None:
    agent = office.person()
    await take(agent, bought("A-1"))
    assert waiting(agent, "A-1").category is None
    await corrected(agent, "A-1", "materials")
    await take(agent, bought("A-2"))
    row = waiting(agent, "A-2")
    assert row.category == "materials"
    said = agent.invoice(row.seen.invoice_id).suggestion
    assert said
    assert said.why == "1 of 1 earlier invoices of this supplier"


async def test_another_session_learns_from_this_one_and_so_does_one_opened_later(
    office: Office,
) -> None:
    ann, bob = office.person("ann"), office.person("bob")
    assert suggests(bob).category is None
    await take(ann, bought("A-1"))
    await corrected(ann, "A-1", "materials")
    assert suggests(bob).category == "materials"
    await office.close()
    assert suggests(office.person("cid")).category == "materials"


async def test_an_edit_and_its_approval_are_one_label(office: Office) -> None:
    agent = office.person()
    await take(agent, bought("A-1"))
    await corrected(agent, "A-1", "materials")
    await approve(agent, waiting(agent, "A-1"))
    said = suggests(agent)
    assert (said.why, said.confirmed) == ("1 of 1 earlier invoices of this supplier", 1)


async def test_two_approvers_are_one_label(tmp_path: Path) -> None:
    policy = replace(ALL_ASKED, second_above=ALL_ASKED.auto_approve_limit)
    async with an_office(tmp_path, policy) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice(number="A-1"))
        await approve(ann, waiting(ann, "A-1"))
        await approve(bob, waiting(bob, "A-1", level=2))
        said = ann._categorizer.suggest(an_invoice(number="A-2"))
        assert (said.kind, said.category, said.confirmed) == ("supplier", "vehicles", 1)


async def test_approvals_in_bulk_never_count_as_looks_at_the_first_invoices(
    office: Office,
) -> None:
    agent = office.person()
    await take(agent, *(an_invoice(number=f"A-{n}") for n in range(5)))
    for row in queue(agent):
        async for _event in agent.act(Approve(row.seen, bulk=True)):
            pass
    said = agent._categorizer.suggest(an_invoice(number="A-9"))
    assert (said.kind, said.confirmed) == ("supplier", 0)


async def test_rejected_returned_and_automatic_invoices_teach_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice(number="A-1"), an_invoice("720.00 EUR", number="A-2"))
        await reject(agent, waiting(agent, "A-2"))
        assert agent._categorizer.suggest(an_invoice(number="A-9")).kind == "rule"


async def test_a_label_is_audited_and_vouched_for(office: Office) -> None:
    agent = office.person()
    await take(agent, bought("A-1"))
    await corrected(agent, "A-1", "materials")
    await approve(agent, waiting(agent, "A-1"))
    actions = [event.action for event in agent.history()]
    assert actions.index("category_corrected") == actions.index("edited") + 1
    assert actions.index("category_confirmed") == actions.index("approve") + 1
    assert agent.verify().findings == ()


async def test_a_suggestion_that_was_right_counts_for_its_kind_of_evidence(office: Office) -> None:
    agent = office.person()
    await take(agent, *(an_invoice(number=f"A-{n}", supplier=f"Nordwind {n}") for n in "ab"))
    await approve(agent, waiting(agent, "A-a"))
    await corrected(agent, "A-b", "materials")
    await approve(agent, waiting(agent, "A-b"))
    said = agent._categorizer.suggest(an_invoice(supplier="Nordwind c"))
    assert (said.kind, said.right, said.seen) == ("rule", 1, 2)


@pytest.mark.parametrize(
    "categories",
    [CategoryPolicy(learn=False), CategoryPolicy(learn_not_from=("aldermoor",))],
)
async def test_learning_can_be_switched_off_globally_and_for_a_supplier(
    tmp_path: Path, categories: CategoryPolicy
) -> None:
    async with an_office(tmp_path, replace(ALL_ASKED, categories=categories)) as office:
        agent = office.person()
        await take(agent, bought("A-1"))
        await corrected(agent, "A-1", "materials")
        assert waiting(agent, "A-1").category == "materials"
        assert suggests(agent).category is None


async def test_a_similar_name_and_an_empty_one_inherit_nothing(office: Office) -> None:
    agent = office.person()
    await take(agent, bought("A-1", "Aldermoor 1"), bought("A-2", "&"))
    await corrected(agent, "A-1", "materials")
    await corrected(agent, "A-2", "fees")
    assert suggests(agent, "Aldermoor 2").category is None
    assert suggests(agent, "&").category is None
    assert suggests(agent, "-").category is None


async def test_a_person_s_category_survives_another_look_of_the_agent(office: Office) -> None:
    agent = office.person()
    await take(agent, bought("A-1"), bought("A-2"))
    await corrected(agent, "A-1", "materials")
    await corrected(agent, "A-2", "fees")
    row: QueueRow = waiting(agent, "A-1")
    async for _event in agent.act(SendBack(row.seen, "sure?")):
        pass
    assert waiting(agent, "A-1").category == "materials"


async def test_an_approval_is_asked_again_when_somebody_has_corrected_the_supplier_since(
    office: Office,
) -> None:
    ann, bob = office.person("ann"), office.person("bob")
    await take(ann, an_invoice(number="A-1"), an_invoice(number="A-2"), an_invoice(number="A-3"))
    seen = waiting(bob, "A-2")
    await corrected(ann, "A-1", "materials")
    told = (await approve(bob, seen))[-1]
    assert isinstance(told, AskedAgain)
    assert "category changed since you looked: materials, not vehicles" in told.why
    again = waiting(bob, "A-2")
    assert (again.category, again.seen.fingerprint != seen.seen.fingerprint) == ("materials", True)
    assert isinstance((await approve(bob, again))[-1], Scheduled)
    assert ann.verify().findings == ()


async def test_approvals_of_one_supplier_one_after_the_other_are_no_news(office: Office) -> None:
    agent = office.person()
    await take(agent, *(an_invoice(number=f"A-{n}") for n in range(3)))
    ended = [(await approve(agent, row))[-1] for row in queue(agent)]
    assert [type(event) for event in ended] == [Scheduled] * 3


async def test_an_answer_that_is_taken_back_teaches_nothing_any_more(office: Office) -> None:
    agent = office.person()
    await take(agent, an_invoice(number="A-1"))
    row = waiting(agent, "A-1")
    await approve(agent, row)
    assert agent._categorizer.suggest(an_invoice(number="A-2")).kind == "supplier"
    async for _event in agent.act(Undo(row.seen.invoice_id, 1, "too early")):
        pass
    assert agent._categorizer.suggest(an_invoice(number="A-2")).kind == "rule"
    assert agent.verify().findings == ()


async def test_what_an_edit_and_its_approval_said_is_taken_back_together(office: Office) -> None:
    agent = office.person()
    await take(agent, bought("A-1"))
    await corrected(agent, "A-1", "materials")
    row = waiting(agent, "A-1")
    await approve(agent, row)
    assert agent.category_desk.undo(row.seen.invoice_id).outcome == "undone"
    assert suggests(agent).category is None
