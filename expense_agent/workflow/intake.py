"""The first run of a batch: many threads, few commits, and no payment before its invoice is safe.

A chunk goes through four steps: registered (ledger commit), run up to the payment (checkpoint
commit), requests and payments written (ledger commit), rest of the runs written (checkpoint
commit). A kill between any two is finished by recovery; up to the payment nothing has an effect.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from langgraph.types import Interrupt

from expense_agent.domain.invoice import Invoice, content_hash
from expense_agent.errors import StoreUnusable
from expense_agent.ports import Registered
from expense_agent.workflow.claim_guard import new_owner
from expense_agent.workflow.graph import Graph
from expense_agent.workflow.runner import FAILURES_ALLOWED, config_of
from expense_agent.workflow.state import Plain, Ports, initial_state, request_from
from expense_agent.workflow.stepping import first_step, goes_by_steps

PAYMENT = "schedule_payment"

GroupCommit = Callable[[], AbstractContextManager[None]]
"""Puts all checkpoints written inside it into one commit."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The result for one invoice of a chunk."""

    invoice_id: str
    outcome: str
    """"duplicate" for a known invoice, else its status: "scheduled", "waiting", "booked" ..."""


class Intake:
    """Takes chunks of invoices in, one at a time, in one worker thread."""

    def __init__(self, graph: Graph, group: GroupCommit, ports: Ports, by: str) -> None:
        self._graph = graph
        self._group = group
        self._ports = ports
        self._by = by
        self._owner = ""
        """The holder of the claims of the chunk in hand."""

    def take(self, invoices: Sequence[tuple[Invoice, int]]) -> list[Taken]:
        """Take a chunk of (invoice, occurrence) in; give what became of each, in order."""
        # Before anything is claimed: nobody is kept off while a model is waited for.
        self._ports.categorizer.prepare([invoice for invoice, _ in invoices])
        self._owner = new_owner()
        try:
            return self._take(invoices)
        except BaseException:
            self._ports.ledger.claims.leave(self._owner)
            raise

    def _take(self, invoices: Sequence[tuple[Invoice, int]]) -> list[Taken]:
        entries = self._register(invoices)
        new = {known.thread_id: known for known, is_new in entries if is_new}
        for part in _credits_first(new.values()):
            self._run(part)
        # Not before: a claim left behind is how recovery finds a thread cut off after its payment.
        with self._ports.ledger.transaction():
            for thread_id in new:
                self._ports.ledger.claims.release(thread_id, self._owner)
        outcomes = {thread: self._ports.ledger.registered(thread).status for thread in new}
        taken = []
        for known, is_new in entries:
            outcome = outcomes[known.thread_id] if is_new else "duplicate"
            taken.append(Taken(known.id, outcome))
        return taken

    def _run(self, part: Sequence[Registered]) -> None:
        runs = [(known, self._ports.about(known)) for known in part]
        with self._group():
            paused = [(known, ports, self._first_run(known, ports)) for known, ports in runs]
        with self._group(), self._ports.ledger.transaction():
            for known, ports, state in paused:
                self._second_run(known, ports, state)

    def _register(self, invoices: Sequence[tuple[Invoice, int]]) -> list[tuple[Registered, bool]]:
        """Write the chunk down, claimed, so that nobody recovers what is running right now."""
        ledger = self._ports.ledger
        entries = []
        with ledger.transaction():
            for invoice, occurrence in invoices:
                known, is_new = ledger.register(
                    invoice, content_hash(invoice, occurrence), self._by
                )
                if is_new:
                    ledger.claims.take(known.thread_id, self._owner, "import")
                entries.append((known, is_new))
        return entries

    def _first_run(self, known: Registered, ports: Ports) -> Plain | None:
        """Run up to a person, the payment or a first step; None when the run broke off."""
        stops = "*" if goes_by_steps(self._ports.policy) else [PAYMENT]
        return self._invoke(known, ports, initial_state(known), interrupt_before=stops)

    def _second_run(self, known: Registered, ports: Ports, state: Plain | None) -> None:
        """Write the requests of a thread that waits, or let a clean one pay."""
        if state is None:
            return
        if goes_by_steps(self._ports.policy):
            self._ports.ledger.steps.pause(first_step(known), state.get("suggestion", {}), [])
            return
        if not state.get("__interrupt__"):
            state = self._invoke(known, ports, None)
            if state is None:
                return
        ledger = self._ports.ledger
        waiting: Sequence[Interrupt] = state.get("__interrupt__", ())
        if waiting:
            requests = [request_from(asked.value, known.thread_id, asked.id) for asked in waiting]
            ledger.open_requests(known, requests, state["suggestion"], state["steps"])

    def _invoke(self, known: Registered, ports: Ports, given: Any, **options: Any) -> Plain | None:
        config = config_of(known.thread_id)
        try:
            with self._ports.ledger.attempt() if given is None else nullcontext():
                state: Plain = self._graph.invoke(
                    given, config, context=ports, durability="exit", **options
                )
                return state
        except StoreUnusable:
            raise  # a full disk or a lock ends the batch; what is registered is kept
        except Exception as error:  # noqa: BLE001 - the worker's border: one invoice never ends a batch
            reason = f"{type(error).__name__}: {error}"
            self._ports.ledger.note_failure(known, reason, FAILURES_ALLOWED)
            return None


def _credits_first(new: Iterable[Registered]) -> Iterator[list[Registered]]:
    """Part a chunk so that a credit note is booked before the invoices it could lower are shown."""
    known = list(new)
    for wanted in (True, False):
        part = [one for one in known if one.invoice.is_credit_note is wanted]
        if part:
            yield part
