"""One test for every way LangGraph would pay twice or skip the person if we let it.

They pin the engine's behaviour: after an upgrade, what fails here is what changed.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import END
from langgraph.types import Command

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Verdict
from expense_agent.domain.payment import Payment
from expense_agent.ports import Ledger
from expense_agent.service import Failed, Scheduled
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from expense_agent.workflow.claim_guard import Job, new_owner
from expense_agent.workflow.runner import config_of
from expense_agent.workflow.state import initial_state
from tests.agents import an_office, approve, edit, queue, take, waiting
from tests.builders import an_invoice


def thread_of(agent: ExpenseAgent, number: str = "R-1001") -> str:
    return agent.invoice(waiting(agent, number).seen.invoice_id).thread_id


async def resume(agent: ExpenseAgent, thread_id: str, given: Any, **config: Any) -> Any:
    """Use the graph as a careless program would."""
    runner = agent._worker.engine.runner
    settings = {"configurable": {"thread_id": thread_id, **config}}
    return await runner._graph.ainvoke(given, settings, context=runner._ports)


async def settle(agent: ExpenseAgent, thread_id: str) -> list[Any]:
    """Look at a thread as recovery does."""
    return [
        event async for event in agent._worker.engine.runner.advance(Job(thread_id, new_owner()))
    ]


async def test_a_config_names_the_thread_and_nothing_else() -> None:
    assert config_of("invoice-1") == {"configurable": {"thread_id": "invoice-1"}}


async def test_an_answer_without_a_decision_row_is_no_decision(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row, thread_id = waiting(agent, "R-1001"), thread_of(agent)
        forged = {row.seen.interrupt_id: {"type": "approve", "interrupt_id": "x"}}
        await resume(agent, thread_id, Command(resume=forged))
        assert agent.payments() == []
        await settle(agent, thread_id)
        again = waiting(agent, "R-1001")
        assert again.seen.interrupt_id != row.seen.interrupt_id
        assert isinstance((await approve(agent, again))[-1], Scheduled)


async def test_an_answer_of_another_shape_is_refused_and_the_question_stays(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row, thread_id = waiting(agent, "R-1001"), thread_of(agent)
        with pytest.raises(ValueError, match="type"):
            await resume(agent, thread_id, Command(resume={row.seen.interrupt_id: {"type": "yes"}}))
        assert isinstance((await approve(agent, row))[-1], Scheduled)


async def test_a_stale_interrupt_id_answers_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        stale = waiting(agent, "R-1001").seen.interrupt_id
        await edit(agent, waiting(agent, "R-1001"), payable_amount="7200.00")
        answer = {stale: {"type": "approve", "interrupt_id": stale}}
        await resume(agent, thread_of(agent), Command(resume=answer))
        assert agent.payments() == []
        assert waiting(agent, "R-1001").payable_amount == "7200.00"


async def test_the_interrupt_id_stays_while_nothing_is_written(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        thread_id, seen = thread_of(agent), waiting(agent, "R-1001").seen
        await office.close()
        later = office.person()
        await later.start()
        await settle(later, thread_id)
        assert waiting(later, "R-1001").seen == seen


@pytest.mark.parametrize("node", ["await_decision", "apply_decision", "revalidate"])
async def test_writing_state_past_the_person_pays_nothing(tmp_path: Path, node: str) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        thread_id = thread_of(agent)
        graph = agent._worker.engine.runner._graph
        await graph.aupdate_state(
            config_of(thread_id), {"next": "schedule_payment"}, as_node="revalidate"
        )
        if node != "revalidate":
            await graph.aupdate_state(config_of(thread_id), {"next": "revalidate"}, as_node=node)
        await settle(agent, thread_id)
        assert agent.payments() == []
        assert isinstance((await approve(agent, waiting(agent, "R-1001")))[-1], Scheduled)


async def test_an_amount_changed_in_the_checkpoint_is_never_paid(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row, thread_id = waiting(agent, "R-1001"), thread_of(agent)
        graph = agent._worker.engine.runner._graph
        state = (await graph.aget_state(config_of(thread_id))).values
        forged = {**state["invoice"], "payable_amount": "99720.00"}
        payload = {**state["requests"][0], "fingerprint": "f" * 16}
        await graph.aupdate_state(
            config_of(thread_id),
            {"invoice": forged, "requests": [payload]},
            as_node="request_approval",
        )
        await approve(agent, row)
        assert [p.amount for p in agent.payments()] in ([], ["720.00"])


async def test_time_travel_on_a_paid_thread_pays_nothing_more(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row, thread_id = waiting(agent, "R-1001"), thread_of(agent)
        await approve(agent, row)
        graph = agent._worker.engine.runner._graph
        history = [s async for s in graph.aget_state_history(config_of(thread_id))]
        before = next(s for s in history if s.next == ("schedule_payment",))
        point = before.config["configurable"]["checkpoint_id"]
        await resume(agent, thread_id, None, checkpoint_id=point)
        assert len(agent.payments()) == 1


async def test_two_sessions_resuming_one_decision_pay_once(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        await bob.start()
        row = waiting(ann, "R-1001")
        results = await asyncio.gather(approve(ann, row), approve(bob, row))
        outcomes = sorted(type(events[-1]).__name__ for events in results)
        assert outcomes == ["Refused", "Scheduled"]
        assert len(ann.payments()) == 1


def cut(agent: ExpenseAgent, sql: str) -> int:
    """Change the checkpoint file as a crash would leave it."""
    with sqlite3.connect(agent._settings.store / CHECKPOINTS_FILE) as connection:
        changed = connection.execute(sql).rowcount
    connection.close()
    return changed


async def test_a_thread_cut_between_result_and_checkpoint_is_finished(tmp_path: Path) -> None:
    """`next` is empty on such a thread; only its tasks show that it is not done."""
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row, thread_id = waiting(agent, "R-1001"), thread_of(agent)
        agent._desk.decide(row.seen, Verdict.APPROVE, "ann", "")
        answer = {row.seen.interrupt_id: {"type": "approve", "interrupt_id": row.seen.interrupt_id}}
        runner = agent._worker.engine.runner
        await runner._graph.ainvoke(
            Command(resume=answer),
            config_of(thread_id),
            context=runner._ports,
            interrupt_before=["revalidate"],
            durability="sync",
        )
        newest = "SELECT checkpoint_id FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
        assert cut(agent, f"DELETE FROM checkpoints WHERE checkpoint_id = ({newest})") == 1
        snapshot = await runner._graph.aget_state(config_of(thread_id))
        assert (snapshot.next, len(snapshot.tasks)) == ((), 1)
        await settle(agent, thread_id)
        assert [p.approved_by for p in agent.payments()] == [("ann",)]


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
async def test_a_decision_survives_the_loss_of_all_checkpoints(
    tmp_path: Path, verdict: Verdict
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        agent._desk.decide(row.seen, verdict, "ann", "")
        await office.close()
        for path in office.folder.glob(f"{CHECKPOINTS_FILE}*"):
            path.unlink()
        later = office.person()
        report = await later.start()
        assert report.finished == (row.seen.invoice_id,)
        state = later.invoice(row.seen.invoice_id).state
        assert state == ("scheduled" if verdict is Verdict.APPROVE else "rejected")
        assert later.verify().ok


async def test_an_undecided_request_survives_the_loss_of_all_checkpoints(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        await office.close()
        for path in office.folder.glob(f"{CHECKPOINTS_FILE}*"):
            path.unlink()
        later = office.person()
        assert isinstance((await approve(later, row))[-1], Scheduled)
        assert len(later.payments()) == 1


async def test_an_edit_cut_before_its_thread_knew_of_it_is_carried_out(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        agent._desk.edit(row.seen, {"payable_amount": "70.00"}, "ann", "typo")
        assert queue(agent) == []
        await office.close()
        later = office.person()
        await later.start()
        assert waiting(later, "R-1001").payable_amount == "70.00"
        assert later.payments() == []


async def test_an_import_cut_before_its_first_run_is_carried_out(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "ann")
        agent._ledger.register(an_invoice("720.00 EUR", number="R-2"), "cd" * 32, "ann")
        report = await agent.start()
        assert len(report.finished) == 2
        assert len(agent.payments()) == 1
        assert [row.number for row in queue(agent)] == ["R-2"]


async def test_a_thread_that_ended_without_its_payment_in_the_ledger_runs_again(
    tmp_path: Path,
) -> None:
    """Such a thread is what an older ledger, put back from a backup, meets."""
    async with an_office(tmp_path) as office:
        agent = office.person()
        await agent.start()
        known, _ = agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "ann")
        graph = agent._worker.engine.runner._graph
        await graph.aupdate_state(
            config_of(known.thread_id),
            {**initial_state(known), "next": END},
            as_node="schedule_payment",
        )
        assert (await graph.aget_state(config_of(known.thread_id))).tasks == ()
        assert (await agent.recover()).finished == (known.id,)
        assert len(agent.payments()) == 1


async def test_a_thread_cut_before_its_input_was_applied_begins_again(tmp_path: Path) -> None:
    """Its values are not empty: they hold the empty lists of the reducers."""
    async with an_office(tmp_path) as office:
        agent = office.person()
        await agent.start()
        known, _ = agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "ann")
        runner = agent._worker.engine.runner
        await runner._graph.ainvoke(
            initial_state(known),
            config_of(known.thread_id),
            context=runner._ports,
            interrupt_before=["categorize"],
            durability="sync",
        )
        newest = "SELECT checkpoint_id FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
        assert cut(agent, f"DELETE FROM checkpoints WHERE checkpoint_id = ({newest})") == 1
        assert cut(agent, "DELETE FROM writes") >= 1
        snapshot = await runner._graph.aget_state(config_of(known.thread_id))
        assert snapshot.values == {"answers": [], "comments": [], "steps": []}
        assert (await agent.recover()).finished == (known.id,)
        assert len(agent.payments()) == 1


async def test_an_import_commits_its_checkpoints_by_the_chunk(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await agent.start()
        commits: list[str] = []
        agent._worker.engine.savers[1].conn.set_trace_callback(
            lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None
        )
        await take(agent, *(an_invoice("120.00 EUR", number=f"R-{n}") for n in range(20)))
        assert len(commits) == 2


async def test_recovery_leaves_alone_what_somebody_is_running(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        known, _ = agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "ann")
        agent._ledger.claims.take(known.thread_id, "somebody", "import")
        assert (await agent.start()).finished == ()
        assert agent.payments() == []
        agent._ledger.claims.release(known.thread_id, "somebody")
        assert (await agent.recover()).finished == (known.id,)


class Flaky:
    """A ledger that fails in `schedule` as often as told: before its effect, or after it."""

    def __init__(self, ledger: Ledger, times: int, *, after: bool) -> None:
        self._ledger = ledger
        self._times = times
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def schedule(self, payment: Payment, invoice_id: str, approved_by: list[str]) -> None:
        if self._times and not self._after:
            self._times -= 1
            raise OSError("disk gone")
        self._ledger.schedule(payment, invoice_id, approved_by)
        if self._times:
            self._times -= 1
            raise OSError("disk gone")


def break_ledger(agent: ExpenseAgent, times: int, *, after: bool) -> Callable[[], None]:
    runner = agent._worker.engine.runner
    whole = runner._ports
    runner._ports = type(whole)(
        Flaky(whole.ledger, times, after=after), whole.categorizer, whole.clock, whole.policy
    )

    def mend() -> None:
        runner._ports = whole

    return mend


@pytest.mark.parametrize("after", [False, True])
async def test_a_run_that_breaks_off_is_told_kept_and_finished_later(
    tmp_path: Path, *, after: bool
) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        break_ledger(agent, 1, after=after)
        events = await approve(agent, row)
        assert isinstance(events[-1], Failed)
        assert "disk gone" in events[-1].reason
        assert agent.payments() == []
        assert (await agent.recover()).finished == (row.seen.invoice_id,)
        assert len(agent.payments()) == 1
        assert agent.verify().ok


async def test_a_run_that_breaks_off_three_times_waits_for_a_person(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        row = waiting(agent, "R-1001")
        mend = break_ledger(agent, 99, after=False)
        await approve(agent, row)
        for _ in range(2):
            assert len((await agent._worker.recover(retry_failed=False)).failed) == 1
        assert agent.invoice(row.seen.invoice_id).state == "failed"
        assert (await agent._worker.recover(retry_failed=False)).failed == ()
        mend()
        assert (await agent.recover()).finished == (row.seen.invoice_id,)
        assert len(agent.payments()) == 1
