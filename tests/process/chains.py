"""Two days' work for the kill tests: threads stepped through, and a pair asked at once.

Both begin anew wherever a killed process has left them, and end when nothing is left to do.
"""

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.policy import Approver, Policy
from expense_agent.service import Approve, QueueQuery, Step
from tests.builders import an_invoice
from tests.process import scenario

STEPWISE = Policy(mode="step_by_step")
AT_ONCE = Policy(
    parallel_above=Decimal("1000.00"),
    approvers=(Approver("mia", roles=("budget",)), Approver("otto", roles=("treasury",))),
)
_MOST_STEPS = 40


def run(day: str, store: str, kill: tuple[str, int], seen: Any = None) -> None:
    """Do a day of work in this process, and kill it at the n-th statement of a kind."""
    ticks = scenario._kill_at(*kill)
    asyncio.run(DAYS[day](Path(store)))
    if seen is not None:
        seen.value = len(ticks)


async def take_in(agent: ExpenseAgent, *amounts: str) -> None:
    await agent.start()
    invoices = [(an_invoice(f"{amount} EUR", number=f"N-{amount}"), 0) for amount in amounts]
    await asyncio.to_thread(agent._worker.engine.intake.take, invoices)


async def approve_all(agent: ExpenseAgent) -> None:
    for row in agent.rows(agent.overview(QueueQuery()).keys):
        if row.why_not is None:
            _ = [event async for event in agent.act(Approve(row.seen))]


async def stepped(store: Path) -> None:
    """Step a clean invoice and one that needs a person through to their payments."""
    agent = scenario.person(store, "ann", STEPWISE)
    try:
        await take_in(agent, "120.00", "720.00")
        for _ in range(_MOST_STEPS):
            rows = agent.steps()
            for row in rows:
                _ = [event async for event in agent.act(Step(row.invoice_id, row.step))]
            await approve_all(agent)
            if not rows:
                return
    finally:
        await agent.close()


async def recovered_only(store: Path) -> None:
    """Recover, and go on into nothing."""
    agent = scenario.person(store, "ann", STEPWISE)
    await agent.recover()
    await agent.close()


async def _approved_by(store: Path, *names: str) -> None:
    clerk = scenario.person(store, "ines", AT_ONCE)
    await take_in(clerk, "20000.00")
    await clerk.close()
    for name in names:
        agent = scenario.person(store, name, AT_ONCE)
        await agent.start()
        await approve_all(agent)
        await agent.close()


async def budget_first(store: Path) -> None:
    """Let the budget owner answer before treasury."""
    await _approved_by(store, "mia", "otto")


async def treasury_first(store: Path) -> None:
    """Let treasury answer before the budget owner."""
    await _approved_by(store, "otto", "mia")


DAYS: dict[str, Callable[[Path], Coroutine[Any, Any, None]]] = {
    "stepped": stepped,
    "recovered only": recovered_only,
    "budget first": budget_first,
    "treasury first": treasury_first,
}
