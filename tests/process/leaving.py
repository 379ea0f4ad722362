"""A child's work in the tests of money that leaves: takes back, asks again, exports."""

import asyncio
from pathlib import Path
from typing import Any

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.payment_run import CSV
from expense_agent.service import Reopen, Undo
from tests.process import scenario


def work(store: str, output: str, kill: tuple[str, int] = ("", 0), seen: Any = None) -> None:
    """Take the first payment back, reopen what was rejected, export the rest; die on the way."""
    ticks = scenario._kill_at(*kill)
    asyncio.run(_work(Path(store), Path(output)))
    if seen is not None:
        seen.value = len(ticks)


async def _work(store: Path, output: Path) -> None:
    agent = scenario.person(store, "tess")
    try:
        await agent.start()
        for undo in _scheduled(agent)[:1]:
            assert [event async for event in agent.act(undo)]
        for invoice_id in _rejected(agent):
            assert [event async for event in agent.act(Reopen(invoice_id, "asked again"))]
        agent.treasury.run(output, format=CSV)
    finally:
        await agent.close()


def _scheduled(agent: ExpenseAgent) -> list[Undo]:
    found = agent.payments("scheduled")
    if agent.payments("voided") or agent.payments("exported"):
        return []
    return [Undo(p.invoice_id, p.id, "a mistake") for p in found]


def _rejected(agent: ExpenseAgent) -> list[str]:
    rows = agent._database.all(
        "SELECT invoice_id FROM invoices i WHERE status = 'rejected'"
        " AND NOT EXISTS (SELECT 1 FROM reopenings o WHERE o.reopens = i.thread_id)"
    )
    return [row["invoice_id"] for row in rows]
