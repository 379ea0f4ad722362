"""Mode "step_by_step": the thread stops in front of every node, and only a person goes on."""

from pathlib import Path

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.policy import Policy
from expense_agent.service import (
    Comment,
    Event,
    OpenEnds,
    Paused,
    Refused,
    Rejected,
    Scheduled,
    Step,
)
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from tests.agents import an_office, approve, edit, queue, reject, take, waiting
from tests.builders import an_invoice

STEPWISE = Policy(mode="step_by_step")
ASKING = ["categorize", "check_policy", "request_approval", "await_decision"]
AFTER_AN_APPROVAL = ["apply_decision", "revalidate", "schedule_payment"]


async def step(agent: ExpenseAgent) -> Event:
    """Go on with the only thread; give how the step ended."""
    (row,) = agent.steps()
    return [event async for event in agent.act(Step(row.invoice_id, row.step))][-1]


async def step_through(agent: ExpenseAgent, nodes: list[str]) -> Event:
    """Step into exactly these nodes; give how the last one ended."""
    for node in nodes:
        (row,) = agent.steps()
        assert row.step == node
        last = await step(agent)
    return last


async def test_an_import_leaves_every_thread_in_front_of_its_first_node(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        invoices = [an_invoice("120.00 EUR", number=n) for n in ("A", "B")]
        assert await take(agent, *invoices) == {"A": "stepping", "B": "stepping"}
        assert [(row.number, row.step, row.note) for row in agent.steps()] == [
            ("A", "categorize", ""),
            ("B", "categorize", ""),
        ]
        assert (agent.payments(), queue(agent)) == ([], [])
        assert agent.invoice(agent.steps()[0].invoice_id).state == "waiting"


async def test_a_clean_invoice_is_paid_by_the_step_into_the_payment_and_not_before(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        told = await step_through(agent, ["categorize", "check_policy"])
        assert isinstance(told, Paused)
        assert told.step == "schedule_payment"
        (row,) = agent.steps()
        assert row.proposed["payable"] == "120.00 EUR"
        assert row.proposed["execution"] == "2026-12-01"
        assert agent.payments() == []
        assert isinstance(await step(agent), Scheduled)
        assert [p.amount for p in agent.payments()] == ["120.00"]
        assert agent.steps() == []
        assert agent.verify().ok


async def test_every_step_is_recorded_with_who_went_on(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("120.00 EUR"))
        await step(ann)
        await step(bob)
        await step(ann)
        (payment,) = ann.payments()
        stepped = [e for e in ann.history(payment.invoice_id) if e.action == "stepped"]
        assert [(e.actor, e.details["node"]) for e in stepped] == [
            ("ann", "categorize"),
            ("bob", "check_policy"),
            ("ann", "schedule_payment"),
        ]
        nodes = [s.node for s in ann.invoice(payment.invoice_id).steps]
        assert nodes == ["categorize", "check_policy", "schedule_payment"]


async def test_at_the_interrupt_it_is_an_ordinary_request_and_is_stepped_on_after_the_answer(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await step_through(agent, ASKING)
        assert agent.steps() == []
        told = await approve(agent, waiting(agent, "R-1001"))
        assert isinstance(told[-1], Paused)
        assert told[-1].step == "apply_decision"
        assert agent.steps()[0].proposed["decided"] == "approve by ann"
        assert agent.payments() == []
        assert isinstance(await step_through(agent, AFTER_AN_APPROVAL), Scheduled)
        assert [p.approved_by for p in agent.payments()] == [("ann",)]
        assert agent.verify().ok


async def test_a_rejection_is_stepped_to_its_end(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await step_through(agent, ASKING)
        await reject(agent, waiting(agent, "R-1001"))
        assert isinstance(await step_through(agent, ["apply_decision", "close"]), Rejected)
        assert agent.payments() == []


async def test_an_edit_puts_its_question_at_once_and_a_remark_leaves_it_open(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        await step_through(agent, ASKING)
        row = waiting(agent, "R-1001")
        await edit(agent, row, payable_amount="640.00")
        assert waiting(agent, "R-1001").payable_amount == "640.00"
        remark = Comment(row.seen.invoice_id, "they will call")
        _ = [event async for event in agent.act(remark)]
        assert agent.steps() == []
        await approve(agent, waiting(agent, "R-1001"))
        await step_through(agent, AFTER_AN_APPROVAL)
        assert [p.amount for p in agent.payments()] == ["640.00"]


async def test_a_step_into_another_node_than_the_one_shown_is_refused(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        shown = agent.steps()[0]
        await step(agent)
        events = [e async for e in agent.act(Step(shown.invoice_id, shown.step))]
        assert isinstance(events[-1], Refused)
        assert "stands in front of check_policy" in events[-1].reason
        assert agent.steps()[0].step == "check_policy"


async def test_neither_a_restart_nor_recovery_goes_on_by_itself(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        await step_through(agent, ["categorize", "check_policy"])
        await office.close()
        later = office.person()
        assert (await later.recover()).finished == ()
        assert later.steps()[0].step == "schedule_payment"
        assert later.payments() == []
        assert isinstance(await step(later), Scheduled)


async def test_a_step_cut_off_with_its_claim_stands_where_it_stood(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        await step_through(agent, ["categorize", "check_policy"])
        (row,) = agent.steps()
        agent._desk.step(row.invoice_id, row.step, "ann")  # and the process is gone
        await office.close()
        later = office.person()
        await later.start()
        assert later.steps()[0].step == "schedule_payment"
        assert later.payments() == []
        assert later.open_ends() == OpenEnds()


async def test_lost_checkpoints_begin_again_in_front_of_the_first_node(tmp_path: Path) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        await step_through(agent, ["categorize", "check_policy"])
        await office.close()
        for path in office.folder.glob(f"{CHECKPOINTS_FILE}*"):
            path.unlink()
        later = office.person()
        told = await step(later)
        assert isinstance(told, Paused)
        assert later.payments() == []
        for _ in range(3):
            told = await step(later)
            if isinstance(told, Scheduled):
                break
        assert len(later.payments()) == 1


async def test_a_thread_left_stepping_runs_to_its_end_by_a_step_in_another_mode(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, STEPWISE) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        await office.close()
        office.policy = Policy()
        later = office.person()
        assert (await later.recover()).finished == ()
        assert later.payments() == []
        assert isinstance(await step(later), Scheduled)
