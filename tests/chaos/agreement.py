"""What must hold of any store when everybody has gone: states, decisions and payments agree."""

from pathlib import Path

from expense_agent.agent import ExpenseAgent
from expense_agent.workflow.runner import config_of
from tests.process import scenario

ENDS = {"approve": "scheduled", "reject": "rejected", "expire": "expired"}


async def assert_settled(store: Path) -> None:
    """Recover, then compare every invoice's state, answer, payment and thread."""
    agent = scenario.person(store, "auditor")
    try:
        assert (await agent.recover()).failed == ()
        assert agent.verify().findings == ()
        assert agent.unfinished() == []
        for (thread_id,) in agent._database.all("SELECT thread_id FROM invoices"):
            await assert_agreed(agent, thread_id)
    finally:
        await agent.close()


async def assert_agreed(agent: ExpenseAgent, thread_id: str) -> None:
    """One invoice, asked for one approval: its open request, or its one decision and its end."""
    known = agent._ledger.registered(thread_id)
    verdicts = [d.verdict.value for d in agent._ledger.decisions(thread_id)]
    waiting = [r for r in agent._ledger.requests_of(thread_id) if r.status == "open"]
    paid = agent._ledger.payment_of(thread_id) is not None
    assert len(verdicts) <= 1, "one invoice was decided twice"
    assert paid == (known.status == "scheduled")
    if verdicts:
        assert (known.status, waiting) == (ENDS[verdicts[0]], [])
        snapshot = await agent._engine.runner._graph.aget_state(config_of(thread_id))
        assert snapshot.tasks == (), "its thread has something left to do"
    elif not paid:
        assert (known.status, len(waiting)) == ("waiting", 1)
