"""The state of a thread: plain data only, money as decimal strings.

The invoice of a run is read once and handed from node to node.

Whoever runs a thread holds its claim, so nobody else edits its invoice meanwhile; and what pays or
closes it reads it again, in the transaction that does.

So it survives strict deserialisation, renames and other programs. The state is never the proof
of anything about money; the ledger is.
"""

import operator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, TypedDict

from expense_agent.domain.approval import (
    ApprovalRequest,
    fingerprint,
    holds_from_plain,
    holds_to_plain,
)
from expense_agent.domain.category import UNSURE, Suggestion, suggestion_from
from expense_agent.domain.chain import Chain, chain_for
from expense_agent.domain.edit import edit_fields, schema_of
from expense_agent.domain.facts import Facts, Scope, payment_account
from expense_agent.domain.money import plain
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.scope import scope_of
from expense_agent.domain.supplier import masked
from expense_agent.ports import Categorizer, Clock, Ledger, Registered, utc

_Basis = tuple[object, Registered, Scope, date]


class Reading:
    """The invoice of a run, and the facts about it for as long as nobody has written anything."""

    def __init__(self, known: Registered | None = None) -> None:
        self._known = known
        self._facts: tuple[_Basis, Facts] | None = None

    def invoice(self, ledger: Ledger, thread_id: str) -> Registered:
        """Return the invoice that was handed on; without one it is read."""
        if self._known is None:
            return ledger.registered(thread_id)
        assert self._known.thread_id == thread_id, "a reading is of one thread"
        return self._known

    def facts(self, ledger: Ledger, known: Registered, scope: Scope, today: date) -> Facts:
        """Return the facts about an invoice; kept ones only where they would be read again alike.

        All that facts are read from changes together with an event of the trail. So while its
        newest event is the one from before they were read, they hold; inside a transaction that
        is as good as reading them there.
        """
        basis = (ledger.newest_event(), known, scope, today)
        if self._facts is None or self._facts[0] != basis:
            self._facts = (basis, ledger.facts_for(known, scope))
        return self._facts[1]


Plain = dict[str, Any]


class InvoiceState(TypedDict, total=False):
    """The channels of a thread."""

    thread_id: str
    invoice: Plain
    """The request in short: supplier, number, amount, due date, category."""
    suggestion: Plain
    holds: list[Plain]
    news: list[Plain]
    """Holds that appeared after a person had decided."""
    round: int
    level: int
    requests: list[Plain]
    """The payloads of this pass: one, or two when both approvers are asked at once."""
    next: str
    """The node to go to, set by the nodes that decide it."""
    answers: Annotated[list[Plain], operator.add]
    comments: Annotated[list[Plain], operator.add]
    """Comments appended while it waited: {"author", "text", "at"}."""
    steps: Annotated[list[Plain], operator.add]


@dataclass(frozen=True, slots=True)
class Ports:
    """The context of every run, given from outside; LangGraph does not store it."""

    ledger: Ledger
    categorizer: Categorizer
    clock: Clock
    policy: Policy
    reading: Reading = field(default_factory=Reading)

    def about(self, known: Registered) -> "Ports":
        """Return the same for a run of one invoice, which is handed on."""
        return replace(self, reading=Reading(known))

    def invoice(self, thread_id: str) -> Registered:
        """Return the invoice of the run, edits applied."""
        return self.reading.invoice(self.ledger, thread_id)

    def facts(self, known: Registered, said: Suggestion) -> Facts:
        """Return the facts about an invoice as they are at this moment."""
        today = self.clock.now().date()
        scope = scope_of(known.invoice, said, self.policy, today)
        return self.reading.facts(self.ledger, known, scope, today)


def initial_state(known: Registered) -> InvoiceState:
    """Return the input of a thread's first run."""
    return {
        "thread_id": known.thread_id,
        "invoice": summary(known),
        "round": known.round,
        "level": 1,
        # What a person was shown stays, also when the thread is rebuilt: their answer is about it.
        "suggestion": by_person(known).to_plain() if known.category else dict(known.suggestion),
    }


def summary(known: Registered) -> Plain:
    """Return what a request is about, for the state and the interrupt payload."""
    invoice = known.invoice
    return {
        "id": known.id,
        "number": invoice.number,
        "supplier": invoice.supplier.name,
        "payable_amount": None if invoice.payable_amount is None else plain(invoice.payable_amount),
        "currency": invoice.currency,
        "due_date": invoice.due_date.isoformat() if invoice.due_date else None,
        "category": known.category,
    }


def by_person(known: Registered) -> Suggestion:
    """Return the suggestion that stands for a category a person has set."""
    editors = [edit.editor for edit in known.edits if "category" in edit.after]
    return Suggestion(known.category, 1.0, "person", f"set by {editors[-1]}")


def suggestion_of(state: InvoiceState) -> Suggestion:
    """Read the suggestion of a state."""
    said = state.get("suggestion")
    return suggestion_from(said) if said else UNSURE


def holds_of(state: InvoiceState) -> tuple[Hold, ...]:
    """Read the holds of a state."""
    return holds_from_plain(state.get("holds", []))


def request_payloads(state: InvoiceState, known: Registered, ports: Ports) -> list[Plain]:
    """Return the interrupt payloads of this pass.

    A superset of LangChain's HITLRequest, so that a generic inbox can show them; an answer must
    name a decision of our ledger, whoever shows the question.
    """
    level = state.get("level", 1)
    chain = chain_for(known.invoice, suggestion_of(state).category, ports.policy)
    if level > 1:  # in the middle of a chain: it stays what was shown to the first
        chain = replace(chain, seats=tuple(state["requests"][0]["seats"]))
    all_at_once = level == 1 and chain.parallel
    levels = range(1, len(chain.seats) + 1) if all_at_once else (level,)
    facts = ports.facts(known, suggestion_of(state))
    return [_payload(state, known, facts, ports, (chain, at)) for at in levels]


def _payload(
    state: InvoiceState, known: Registered, facts: Facts, ports: Ports, place: tuple[Chain, int]
) -> Plain:
    (chain, level), policy = place, ports.policy
    holds = holds_of(state)
    account = payment_account(known.invoice, facts)
    category = suggestion_of(state).category
    held_until = next((mark.until for mark in facts.placed if mark.until), None)
    expires = _begin(ports, held_until) + timedelta(hours=chain.ttl_hours)
    args = {**summary(known), "category": category, "account": masked(account) if account else None}
    return {
        "schema_version": 1,
        "action_requests": [
            {
                "name": "schedule_payment",
                "description": "; ".join(hold.reason for hold in holds),
                "args": args,
            }
        ],
        "review_configs": [
            {
                "action_name": "schedule_payment",
                "allowed_decisions": ["approve", "edit", "reject"],
                "args_schema": schema_of(edit_fields(known.invoice, facts.credits)),
            }
        ],
        "holds": holds_to_plain(holds),
        "news": state.get("news", []),
        "round": state.get("round", 1),
        "level": level,
        "approvals_needed": len(chain.seats),
        "seats": list(chain.seats),
        "preparers_may_approve": policy.preparers_may_approve or not policy.approvers,
        "importers_may_edit": policy.importers_may_edit or not policy.approvers,
        "fingerprint": fingerprint(known.invoice, account, category, holds, ports.policy.version),
        "account": account,
        "policy_version": ports.policy.version,
        "expires_at": utc(expires),
        "held_until": held_until,
    }


def _begin(ports: Ports, held_until: str | None) -> datetime:
    """Return the moment from which a request has its time: the end of a hold, or now."""
    now = ports.clock.now()
    if held_until is None:
        return now
    return max(now, datetime.combine(date.fromisoformat(held_until), time(), tzinfo=UTC))


def request_from(payload: Plain, thread_id: str, interrupt_id: str) -> ApprovalRequest:
    """Return the request a paused thread asks by this interrupt."""
    return ApprovalRequest(
        thread_id=thread_id,
        interrupt_id=interrupt_id,
        round=payload["round"],
        level=payload["level"],
        fingerprint=payload["fingerprint"],
        account=payload["account"],
        category=payload["action_requests"][0]["args"]["category"],
        holds=holds_from_plain(payload["holds"]),
        policy_version=payload["policy_version"],
        approvals_needed=payload["approvals_needed"],
        expires_at=payload["expires_at"],
        held_until=payload["held_until"],
        seats=tuple(payload["seats"]),
        preparers_may_approve=payload["preparers_may_approve"],
        importers_may_edit=payload["importers_may_edit"],
        edit_schema=payload["review_configs"][0]["args_schema"],
    )
