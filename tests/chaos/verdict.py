"""Laws of any store when everybody has gone, and the results of a scenario's day.

Each law gives sentences, not a bool: a red trial names what was lost, doubled, stuck or untrue.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import REFUSALS
from expense_agent.ports import Registered
from expense_agent.workflow.runner import config_of
from tests.process import scenario


async def verdict_on(
    store: Path, ends: Mapping[str, str], paid: Mapping[str, str] | None = None
) -> list[str]:
    """Say everything that is wrong. `ends` and `paid`: by invoice number."""
    agent = scenario.person(store, "auditor")
    try:
        said = [f"stuck: {sentence}" for sentence in agent.open_ends().sentences]
        agent._worker.engine = await asyncio.to_thread(
            agent._open_engine
        )  # to look, not to recover
        said += [f"unproved: {finding}" for finding in agent.verify().findings]
        said += _ends(agent, ends)
        said += _paid(agent, paid)
        threads = agent._database.all("SELECT thread_id FROM invoices")
        for (thread_id,) in threads:
            known = agent._ledger.registered(thread_id)
            said += _of_invoice(agent, known)
            said += [problem async for problem in _of_thread(agent, known)]
        return said
    finally:
        await agent.close()


def _ends(agent: ExpenseAgent, ends: Mapping[str, str]) -> Iterator[str]:
    threads = [row["thread_id"] for row in agent._database.all("SELECT thread_id FROM invoices")]
    invoices = [agent._ledger.registered(thread_id) for thread_id in threads]
    there = {known.invoice.number or "": known.status for known in invoices}
    for number in ends.keys() - there.keys():
        yield f"lost: {number}"
    for number, status in there.items():
        if ends.get(number, status) != status:
            yield f"stuck: {number} is {status}, not {ends[number]}"
    if len(there) != len(invoices):
        yield "doubled: an invoice is registered twice"


def _paid(agent: ExpenseAgent, wanted: Mapping[str, str] | None) -> Iterator[str]:
    payments = agent.payments()
    for number, count in Counter(payment.remittance for payment in payments).items():
        if count > 1:
            yield f"paid {count} times: {number}"
    amounts = {payment.remittance: payment.amount for payment in payments}
    if wanted is not None and amounts != wanted:
        yield f"paid is {amounts}"


def _of_invoice(agent: ExpenseAgent, known: Registered) -> Iterator[str]:
    """One invoice by the ledger alone: status, answers, open requests and payment agree."""
    name, status = known.invoice.number, known.status
    paid = agent._ledger.payment_of(known.thread_id) is not None
    decisions = agent._ledger.decisions(known.thread_id)
    waiting = [r for r in agent._ledger.requests.of_thread(known.thread_id) if r.status == "open"]
    refused = [d for d in decisions if d.verdict in REFUSALS]
    if paid != (status == "scheduled"):
        yield f"untrue: {name} is {status}, paid: {paid}"
    if bool(refused) != (status in ("rejected", "expired")):
        yield f"untrue: {name} is {status}, refused: {[d.verdict.value for d in refused]}"
    if bool(waiting) != (status == "waiting"):
        yield f"untrue: {name} is {status}, {len(waiting)} requests are open"
    rounds = Counter((d.round, d.level) for d in decisions)
    if any(count > 1 for count in rounds.values()):
        yield f"decided twice: {name}"


async def _of_thread(agent: ExpenseAgent, known: Registered) -> AsyncIterator[str]:
    """One thread against the ledger: it asks what is open there, and nothing once that is final."""
    snapshot = await agent._worker.engine.runner._graph.aget_state(config_of(known.thread_id))
    asked = {asked.id for task in snapshot.tasks for asked in task.interrupts}
    requests = agent._ledger.requests.of_thread(known.thread_id)
    open_ones = {r.request.interrupt_id for r in requests if r.status == "open"}
    if known.status == "waiting" and snapshot.values and asked != open_ones:
        yield f"disagrees: {known.invoice.number} asks {asked}, open are {open_ones}"
    if known.status in ("scheduled", "booked", "rejected", "expired") and snapshot.tasks:
        yield f"disagrees: {known.invoice.number} is {known.status}, its thread goes on"
