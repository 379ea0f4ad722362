"""One function a node: state in, change out, effects only through ports.

Any node may run twice. So the checks are pure, `await_decision` holds nothing but the interrupt,
and the two that have an effect (`close`, `schedule_payment`) do it in one ledger transaction that
is the same when it is done again.
"""

from functools import wraps
from typing import Literal, Protocol

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Send, interrupt
from pydantic import BaseModel

from expense_agent.domain.approval import (
    REFUSALS,
    RETURNS,
    Decision,
    Verdict,
)
from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import doubted
from expense_agent.domain.facts import Facts, payment_account, transfers_nothing
from expense_agent.domain.money import Money
from expense_agent.domain.payment import (
    Payment,
    execution_date,
    payment_key,
    remittance,
    replacement_key,
)
from expense_agent.domain.policy import Hold, blocking, news
from expense_agent.domain.rules import check
from expense_agent.ports import Closing, Registered, RequestRecord, utc
from expense_agent.workflow.approved import (
    Answered,
    approved_request,
    lapsed,
    moved_category,
    moved_news,
)
from expense_agent.workflow.state import (
    InvoiceState,
    Plain,
    Ports,
    holds_of,
    request_payloads,
    suggestion_of,
)


class Answer(BaseModel):
    """Resumes an interrupt: a pointer to the decision row. The row, not this, is the proof."""

    type: Literal["approve", "reject", "expire", "hold", "release", "send_back"]
    interrupt_id: str


class Node(Protocol):
    """A node of the graph: state in, change out."""

    def __call__(self, state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
        """Do one step."""
        ...


def _together(node: Node) -> Node:
    """Let the effect of a node share its commit with those of other threads."""

    @wraps(node)
    def run(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
        return runtime.context.ledger.together(lambda: node(state, runtime))

    return run


def categorize(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Suggest a category; one that a person has set, or was shown, stands."""
    if state.get("suggestion"):
        said = suggestion_of(state)
        by = "a person has set the category" if said.kind == "person" else "as it was suggested"
        return {"steps": [_step("categorize", runtime, by)]}
    ports = runtime.context
    said = ports.categorizer.suggest(ports.invoice(state["thread_id"]).invoice)
    note = f"{said.category or 'unsure'}: {said.why}"
    if said.remark:
        note += f"; model says: {said.remark}"
    return {"suggestion": said.to_plain(), "steps": [_step("categorize", runtime, note)]}


def check_policy(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Find every hold; with none that blocks, the payment needs nobody."""
    holds = _fresh_holds(state, runtime.context)
    stop = blocking(holds)
    note = "; ".join(hold.rule for hold in holds) or "no holds"
    return {
        "suggestion": doubted(suggestion_of(state), holds).to_plain(),
        "holds": [hold.to_plain() for hold in holds],
        "next": "request_approval" if stop else "schedule_payment",
        "steps": [_step("check_policy", runtime, note)],
    }


def request_approval(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Write the question. Pure: an edit calls it, too, to ask about the edited invoice."""
    known = runtime.context.invoice(state["thread_id"])
    payloads = request_payloads(state, known, runtime.context)
    note = f"round {payloads[0]['round']}, level {payloads[0]['level']}"
    return {"requests": payloads, "steps": [_step("request_approval", runtime, note)]}


def ask(state: InvoiceState) -> list[Send]:
    """Fan out to one interrupt a request of this pass; `request_approval` leads nowhere else."""
    return [Send("await_decision", payload) for payload in state["requests"]]


def await_decision(payload: Plain) -> Plain:
    """Wait for a person: nothing before, nothing after, because all of it would run again."""
    return {"answers": [interrupt(payload, response_schema=Answer).model_dump(mode="json")]}


def apply_decision(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Read the decisions of this round from the ledger and see where they lead."""
    decisions = _round_decisions(state, runtime.context)
    verdicts = [d.verdict for d in decisions]
    needed = state["requests"][0]["approvals_needed"]
    given = verdicts.count(Verdict.APPROVE)
    if REFUSALS.intersection(verdicts):
        return {"next": "close", "steps": [_step("apply_decision", runtime, "refused")]}
    if RETURNS.intersection(verdicts):
        return _returned(state, runtime, decisions[-1])
    step = _step("apply_decision", runtime, f"{given} of {needed} approvals")
    if given < needed:
        return {"next": "request_approval", "level": given + 1, "news": [], "steps": [step]}
    return {"next": "revalidate", "steps": [step]}


def _returned(state: InvoiceState, runtime: Runtime[Ports], decision: Decision) -> Plain:
    """Ask again in a new round: parked, released, or after another look of the agent's own."""
    holds = _fresh_holds(state, runtime.context)
    again = _back_to_the_person(state, runtime, "apply_decision", holds, ())
    again["steps"] = [_step("apply_decision", runtime, decision.verdict.value)]
    if decision.verdict is Verdict.SEND_BACK:
        again["next"] = "categorize"
        if suggestion_of(state).kind != "person":
            again["suggestion"] = {}
    return again


def revalidate(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Check again with fresh facts: an answer may come days after the question."""
    if now := moved_category(state, runtime.context):
        return _asked_about(now, state, runtime)
    holds = _fresh_holds(state, runtime.context)
    unseen = news(holds, holds_of(state))
    if unseen:
        return _back_to_the_person(state, runtime, "revalidate", holds, unseen)
    step = _step("revalidate", runtime, "nothing new")
    return {"next": "schedule_payment", "news": [], "steps": [step]}


def _asked_about(now: Suggestion, state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Ask again about another category: people have corrected the supplier since."""
    moved: InvoiceState = {**state, "suggestion": now.to_plain()}
    holds = _fresh_holds(moved, runtime.context)
    again = _back_to_the_person(state, runtime, "revalidate", holds, (moved_news(state, now),))
    return {**again, "suggestion": doubted(now, holds).to_plain()}


@_together
def close(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """End a refused invoice: rejected by a person, or expired by the clock."""
    ports = runtime.context
    with ports.ledger.transaction():
        known = ports.ledger.registered(state["thread_id"])
        refusal = next(d for d in _round_decisions(state, ports) if d.verdict in REFUSALS)
        status = "rejected" if refusal.verdict is Verdict.REJECT else "expired"
        if known.status != status:
            ports.ledger.close_invoice(known, Closing(status, refusal.approver, refusal.reason))
        return _end(state, runtime, "close", status)


@_together
def schedule_payment(state: InvoiceState, runtime: Runtime[Ports]) -> Plain:
    """Pay exactly once: decisions, facts and payment are read and written under one lock."""
    ports = runtime.context
    with ports.ledger.transaction():
        known = ports.ledger.registered(state["thread_id"])
        if known.status in ("scheduled", "booked"):
            return {"next": END, "steps": [_step("schedule_payment", runtime, "done before")]}
        facts = ports.facts(known, suggestion_of(state))
        holds = check(known.invoice, suggestion_of(state), facts, ports.policy)
        answered = Answered.of(known, ports)
        approved = approved_request(answered, payment_account(known.invoice, facts), ports)
        seen = approved.request.holds if approved else ()
        unseen = (() if approved else lapsed(answered, ports)) or news(holds, seen)
        if unseen:
            return _back_to_the_person(state, runtime, "schedule_payment", holds, unseen)
        if approved is None and (blocking(holds) or answered.requests):
            return _back_to_the_person(state, runtime, "schedule_payment", holds, ())
        note = _book_or_pay(answered, facts, state, approved, ports)
        if approved:
            _tell_apart(known, approved, ports)
        return _end(state, runtime, "schedule_payment", note)


def _book_or_pay(
    answered: Answered,
    facts: Facts,
    state: InvoiceState,
    approved: RequestRecord | None,
    ports: Ports,
) -> str:
    known, payable = answered.known, _payable(answered.known)
    if transfers_nothing(known.invoice) or payable.amount <= 0:
        by = approved.answered_by if approved and approved.answered_by else "agent"
        ports.ledger.close_invoice(known, Closing("booked", by, "nothing to transfer"))
        return "booked: nothing to transfer"
    payment = _payment(known, facts, approved, suggestion_of(state).category, ports)
    ports.ledger.schedule(payment, known.id, [d.by for d in answered.approvals])
    return f"scheduled {payable}"


def _tell_apart(known: Registered, approved: RequestRecord, ports: Ports) -> None:
    """Remember that the twins a person was shown are none: neither is held for the other again."""
    twins = dict.fromkeys(twin for hold in approved.request.holds for twin in hold.twins)
    if twins:
        ports.ledger.tell_apart(known, list(twins), approved.answered_by or "agent")


def _payable(known: Registered) -> Money:
    payable = known.invoice.payable
    assert payable is not None, "an invoice without an amount has a hold nobody can override"
    return payable


def _payment(
    known: Registered,
    facts: Facts,
    approved: RequestRecord | None,
    category: str | None,
    ports: Ports,
) -> Payment:
    invoice, payable = known.invoice, _payable(known)
    account = payment_account(invoice, facts)
    key = payment_key(invoice, known.origin)
    voided = ports.ledger.reversals.voided(key)
    return Payment(
        thread_id=known.thread_id,
        payment_key=replacement_key(voided.payment_key, voided.payment_id) if voided else key,
        amount_minor=payable.minor,
        currency=payable.currency,
        account=account,
        supplier=invoice.payee_name or invoice.supplier.name or "",
        category=category,
        remittance=remittance(invoice, known.id, facts.offset),
        execution_date=execution_date(invoice, ports.policy, ports.clock.now().date()).isoformat(),
        fingerprint=approved.request.fingerprint if approved else None,
        round=known.round,
        replaces=voided.payment_id if voided else None,
    )


def _round_decisions(state: InvoiceState, ports: Ports) -> list[Decision]:
    decisions = ports.ledger.decisions(state["thread_id"])
    return [d for d in decisions if d.round == state["round"]]


def _fresh_holds(state: InvoiceState, ports: Ports) -> tuple[Hold, ...]:
    known, said = ports.invoice(state["thread_id"]), suggestion_of(state)
    return check(known.invoice, said, ports.facts(known, said), ports.policy)


def _back_to_the_person(
    state: InvoiceState,
    runtime: Runtime[Ports],
    node: str,
    holds: tuple[Hold, ...],
    unseen: tuple[Hold, ...],
) -> Plain:
    """Start a new round: what was approved no longer holds, and the news comes first."""
    return {
        "next": "request_approval",
        "holds": [hold.to_plain() for hold in holds],
        "news": [hold.to_plain() for hold in unseen],
        "round": state["round"] + 1,
        "level": 1,
        "steps": [_step(node, runtime, "new: " + ", ".join(hold.rule for hold in unseen))],
    }


def _end(state: InvoiceState, runtime: Runtime[Ports], node: str, note: str) -> Plain:
    """End the thread; what it did is kept in the ledger in the transaction of its outcome."""
    steps = [_step(node, runtime, note)]
    trace = (state.get("suggestion", {}), [*state.get("steps", []), *steps])
    runtime.context.ledger.keep_trace(state["thread_id"], *trace)
    return {"next": END, "steps": steps}


def _step(node: str, runtime: Runtime[Ports], note: str) -> Plain:
    return {"node": node, "at": utc(runtime.context.clock.now()), "note": note}
