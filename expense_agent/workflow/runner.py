"""Brings one thread to rest, under a claim: the only place that builds a config or a Command.

Whatever was cut off where (a run, an edit, an answer), `advance` looks at the thread's tasks and
at the ledger, and does the one next thing until the thread waits for a person or has ended. Import
of stragglers, decisions, edits and recovery are all this one loop. Rules kept here, one test each:
resume by interrupt id only, config from the thread id only, sync durability, tasks not `next`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Command, Interrupt, StateSnapshot

from expense_agent.domain.approval import REFUSALS, Verdict, holds_from_plain, placed
from expense_agent.domain.money import Money, plain
from expense_agent.errors import ClockSetBack, ExpenseAgentError, RequestRefused, StoreUnusable
from expense_agent.ports import Registered
from expense_agent.service import (
    AskedAgain,
    Booked,
    Event,
    Failed,
    Final,
    Paused,
    Rejected,
    Resumed,
    Revalidated,
    Scheduled,
)
from expense_agent.service.readings import held_sentences
from expense_agent.workflow.claim_guard import Job, claimed, new_owner
from expense_agent.workflow.clock import not_behind
from expense_agent.workflow.graph import Graph
from expense_agent.workflow.nodes import Answer, check_policy, request_approval
from expense_agent.workflow.state import (
    InvoiceState,
    Plain,
    Ports,
    by_person,
    initial_state,
    request_from,
    summary,
)
from expense_agent.workflow.stepping import goes_by_steps, next_step, stops, waits_for_a_step

FAILURES_ALLOWED = 3
"""After so many broken runs an invoice waits for a person as failed."""
_FINAL = ("scheduled", "booked", "rejected", "expired")
_ENDS = ("schedule_payment", "close")
"""Nodes after which a thread may have ended."""
_MOST_PASSES = 20
_NOT_ITS_FAULT = (StoreUnusable, ClockSetBack)
"""Errors that break any run off: not counted against the invoice, and tried again every minute."""


def config_of(thread_id: str) -> RunnableConfig:
    """Return the config of a thread; with a checkpoint id it would be time travel and pay again."""
    return {"configurable": {"thread_id": thread_id}}


class Runner:
    """Runs threads on an asynchronous graph, one claim a thread."""

    def __init__(self, graph: Graph, ports: Ports) -> None:
        self._graph = graph
        self._ports = ports

    async def carry_out(self, job: Job, *, step: bool = False) -> AsyncIterator[Event]:
        """Advance a thread to its rest and tell how it went; ends with a Final.

        The claim is mostly held already: it is taken with the decision or edit.
        """
        ledger = self._ports.ledger
        async with claimed(ledger, job.thread_id, job.owner, "resume", wait=True) as held:
            if held:
                sentence = held_sentences([held])[0]
                yield Failed(held.invoice_id, f"{sentence}; what was answered is kept")
                return
            async for event in self.advance(job, step=step):
                yield event

    async def finish(self, thread_id: str, *, anew: bool = False) -> Final | None:
        """Advance a thread for recovery; None when somebody else is at it.

        `anew`: from the register, for what the thread says is not what the ledger knows.
        """
        last: Final | None = None
        job, ledger = Job(thread_id, new_owner()), self._ports.ledger
        async with claimed(ledger, thread_id, job.owner, "recovery", wait=False) as held:
            if held is None:
                await asyncio.to_thread(self._mend, thread_id)
                if anew:
                    await self._forget(thread_id)
                async for event in self.advance(job):
                    if isinstance(event, Final):
                        last = event
        return last

    def _mend(self, thread_id: str) -> None:
        ledger = self._ports.ledger
        with ledger.transaction():
            ledger.mend(thread_id)
            ledger.reversals.heed_later_answer(ledger.registered(thread_id))

    async def advance(self, job: Job, *, step: bool = False) -> AsyncIterator[Event]:
        """Do the one next thing until the thread rests. The caller holds the claim of the job.

        `step`: a person goes on with a thread that is stepped through.
        """
        thread_id = job.thread_id
        known = job.known or await self._known(thread_id)
        try:
            if known.status == "failed":
                await self._forget(thread_id)
            for _ in range(_MOST_PASSES):
                snapshot = await self._snapshot(known)
                given = await self._next_input(known, snapshot, step=step)
                if given is _REST and (rests := await self._settle(known, snapshot)):
                    yield rests
                    return
                if given is not _REST:
                    ended = False
                    async for node, change in self._run(known, given):
                        if event := _event(known, node, change):
                            yield event
                        ended = node in _ENDS and change["next"] == END
                    if ended and (paid := await asyncio.to_thread(self._paid, known)):
                        yield paid
                        return
                    step = step and not goes_by_steps(self._ports.policy)
                known = await self._known(thread_id)
            restless = RequestRefused(f"its thread came to no rest in {_MOST_PASSES} passes")
            yield await self._broke_off(job, known, restless)
        except Exception as error:  # noqa: BLE001 - the worker's border: any failure becomes words
            yield await self._broke_off(job, known, error)

    async def _snapshot(self, known: Registered) -> StateSnapshot:
        """Look at a thread, after writing into it what people added to the ledger meanwhile."""
        config = config_of(known.thread_id)
        snapshot = await self._read(config)
        await not_behind(snapshot)
        if not _has_begun(snapshot) or known.status in _FINAL:
            return snapshot
        if snapshot.values["round"] < known.round and _is_half_way(snapshot):
            # Cut off after its payment, which was taken back since: it begins again.
            await self._forget(known.thread_id)
            return await self._graph.aget_state(config)
        values = await asyncio.to_thread(self._unseen, known, snapshot.values)
        if not values:
            return snapshot
        # `request_approval` is the only node an edit may speak for: any other can skip the person.
        await self._graph.aupdate_state(config, values, as_node="request_approval")
        return await self._graph.aget_state(config)

    async def _read(self, config: RunnableConfig) -> StateSnapshot:
        """Read a thread; what cannot be read is forgotten, for the ledger can rebuild it."""
        try:
            return await self._graph.aget_state(config)
        except StoreUnusable:
            raise
        except Exception:  # noqa: BLE001 - damaged bytes end in any error of any decoder
            await self._forget(config["configurable"]["thread_id"])
            return await self._graph.aget_state(config)

    async def _forget(self, thread_id: str) -> None:
        """Drop a thread's checkpoints: it begins again from the register, decisions are kept."""
        saver = cast(BaseCheckpointSaver[Any], self._graph.checkpointer)
        await saver.adelete_thread(thread_id)

    def _unseen(self, known: Registered, values: Plain) -> Plain:
        """Return what the ledger has and the thread does not: an edit, comments."""
        said = values.get("comments", [])
        unseen: Plain = {}
        if values["round"] < known.round:
            unseen = self._edited_values(known, values)
        if len(said) < known.comments:
            unseen["comments"] = self._ports.ledger.comments(known.thread_id)[len(said) :]
        return unseen

    def _edited_values(self, known: Registered, values: Plain) -> Plain:
        """Ask again about the edited invoice; an edit runs no node, so its checks run here."""
        runtime = Runtime(context=self._ports.about(known))
        state: Plain = {**values, "round": known.round, "level": 1, "news": []}
        state["invoice"] = summary(known)
        if known.category:
            state["suggestion"] = by_person(known).to_plain()
        checked = check_policy(cast(InvoiceState, state), runtime)
        state["holds"], state["suggestion"] = checked["holds"], checked["suggestion"]
        asked = request_approval(cast(InvoiceState, state), runtime)
        changed = ("invoice", "suggestion", "holds", "news", "round", "level")
        return {
            **{key: state[key] for key in changed},
            "requests": asked["requests"],
            "steps": checked["steps"] + asked["steps"],
        }

    async def _next_input(self, known: Registered, snapshot: StateSnapshot, *, step: bool) -> Any:
        """Decide what a thread needs, by its tasks: `next` is empty on some unfinished threads."""
        if known.status in _FINAL:
            return _REST
        if not _has_begun(snapshot):
            return initial_state(known)
        waiting = _interrupts(snapshot)
        answers = await asyncio.to_thread(self._answers, known.thread_id, waiting)
        if answers:
            return Command(resume=answers)
        if not snapshot.tasks:
            # The thread has ended, the ledger knows of no outcome: the ledger wins, from the start.
            return initial_state(known)
        if waiting or (not step and waits_for_a_step(known, snapshot, self._ports.policy)):
            return _REST
        return None

    def _answers(self, thread_id: str, waiting: Sequence[Interrupt]) -> dict[str, Plain]:
        """Match recorded answers to the interrupts that wait, by the round and level they ask in.

        An id would not do: after lost checkpoints, or a comment, the same question has another.
        """
        decisions = self._ports.ledger.decisions(thread_id)
        of_level = {(d.round, d.level): d for d in decisions}
        of_all = {d.round: d for d in decisions if d.verdict is not Verdict.APPROVE}
        found: dict[str, Plain] = {}
        for asked in waiting:
            at_round, level = asked.value["round"], asked.value["level"]
            if d := of_level.get((at_round, level)) or of_all.get(at_round):
                answer = Answer(type=d.verdict.value, interrupt_id=d.interrupt_id)
                found[asked.id] = answer.model_dump(mode="json")
        return found

    async def _run(self, known: Registered, given: Any) -> AsyncIterator[tuple[str, Plain]]:
        """Run a thread until it stops; yield each node that ran, and what it changed."""
        async for part in self._graph.astream(
            given,
            config_of(known.thread_id),
            context=self._ports.about(known),
            stream_mode=["updates"],
            durability="sync",
            interrupt_before=stops(self._ports.policy),
            version="v2",
        ):
            for node, change in cast(Plain, part["data"]).items():
                yield node, change

    async def _settle(self, known: Registered, snapshot: StateSnapshot) -> Final | None:
        """Write down where the thread rests, and say it; the ledger has the last word.

        None when what it asks was answered in the meantime, so that it does not rest.
        """
        if known.status in _FINAL:
            await self._close_thread(known, snapshot)
            return cast(Final, await asyncio.to_thread(self._outcome, known))
        waiting = _interrupts(snapshot)
        if not waiting and waits_for_a_step(known, snapshot, self._ports.policy):
            return await asyncio.to_thread(self._pause, known, snapshot)
        if not waiting:
            raise RequestRefused("its thread ended without an outcome")
        is_open = await asyncio.to_thread(self._open, known, snapshot.values, waiting)
        return _asked_again(known, waiting) if is_open else None

    async def _close_thread(self, known: Registered, snapshot: StateSnapshot) -> None:
        """End a thread whose invoice is final in the ledger, without running any of its nodes."""
        config = config_of(known.thread_id)
        for _ in range(_MOST_PASSES):
            if not snapshot.tasks:
                break
            await self._graph.aupdate_state(config, None, as_node=END)
            snapshot = await self._graph.aget_state(config)

    def _open(self, known: Registered, values: Plain, waiting: Sequence[Interrupt]) -> bool:
        requests = [request_from(asked.value, known.thread_id, asked.id) for asked in waiting]
        ledger = self._ports.ledger
        return ledger.open_requests(known, requests, values["suggestion"], values["steps"])

    def _pause(self, known: Registered, snapshot: StateSnapshot) -> Paused:
        values, node = snapshot.values, snapshot.tasks[0].name
        step = next_step(known, node, values, self._ports)
        trace = values.get("steps", [])
        self._ports.ledger.steps.pause(step, values.get("suggestion", {}), trace)
        return Paused(known.id, node, trace[-1]["note"] if trace else "")

    def _paid(self, known: Registered) -> Scheduled | None:
        """Return the payment of a thread; None: it has none that stands."""
        payment = self._ports.ledger.payment_of(known.thread_id)
        if payment is None:
            return None
        amount = Money.from_minor(payment.amount_minor, payment.currency)
        return Scheduled(known.id, plain(amount.amount), amount.currency, payment.execution_date)

    def _outcome(self, known: Registered) -> Final:
        if paid := self._paid(known):
            return paid
        if known.status == "booked":
            return Booked(known.id)
        refusals = [
            d for d in self._ports.ledger.decisions(known.thread_id) if d.verdict in REFUSALS
        ]
        last = refusals[-1]
        return Rejected(known.id, last.approver, last.reason, expired=known.status == "expired")

    async def _broke_off(self, job: Job, known: Registered, error: Exception) -> Failed:
        reason = str(error) if isinstance(error, ExpenseAgentError) else _named(error)
        if isinstance(error, _NOT_ITS_FAULT):
            # The ledger may have its outcome and the thread not: then only the claim tells.
            self._ports.ledger.claims.leave(job.owner)
        else:
            note = self._ports.ledger.note_failure
            await asyncio.to_thread(note, known, reason, FAILURES_ALLOWED)
        return Failed(known.id, f"{reason}; it is kept and `recover` goes on with it")

    async def _known(self, thread_id: str) -> Registered:
        return await asyncio.to_thread(self._ports.ledger.registered, thread_id)


_REST = object()


def _has_begun(snapshot: StateSnapshot) -> bool:
    """Whether the input was applied: killed before, a thread has values, but only empty lists."""
    return "thread_id" in snapshot.values


def _is_half_way(snapshot: StateSnapshot) -> bool:
    """Whether nodes are to run, rather than a person to answer."""
    return bool(snapshot.tasks) and not _interrupts(snapshot)


def _interrupts(snapshot: StateSnapshot) -> list[Interrupt]:
    return [asked for task in snapshot.tasks for asked in task.interrupts]


def _event(known: Registered, node: str, change: Plain) -> Event | None:
    """Return the event that tells of a node which has run; None: none does."""
    match node:
        case "await_decision":
            return Resumed(known.id)
        case "revalidate":
            return Revalidated(known.id, holds_from_plain(change["news"]))
        case _:
            return None


def _asked_again(known: Registered, waiting: Sequence[Interrupt]) -> AskedAgain:
    shown = waiting[0].value
    if shown["news"]:
        why = "new since it was approved: " + "; ".join(hold["reason"] for hold in shown["news"])
    elif len(waiting) > 1:
        why = f"waiting for {len(waiting)} approvers"
    elif shown["level"] > 1:
        why = "waiting for a second approver"
    else:
        why = "waiting for a person"
    just_placed = shown["level"] == 1 and not shown["news"]
    outcome, said = placed(holds_from_plain(shown["holds"]) if just_placed else ())
    lapsed = bool(shown["news"])
    return AskedAgain(known.id, said or why, shown["fingerprint"], outcome, lapsed=lapsed)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
