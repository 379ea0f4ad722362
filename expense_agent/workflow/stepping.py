"""Threads that a person steps through: one node at a time, and none by itself.

LangGraph's static breakpoints do it: every run stops in front of the next node. Such a stop leaves
no row and no interrupt; it is told by the thread's tasks. So whoever finishes threads must ask
here whether a person's step, and not a crash, is what a thread waits for.
"""

from langgraph.types import All, StateSnapshot

from expense_agent.domain.approval import holds_from_plain
from expense_agent.domain.facts import payment_account
from expense_agent.domain.payment import execution_date
from expense_agent.domain.policy import Policy
from expense_agent.ports import NextStep, Registered
from expense_agent.workflow.state import Plain, Ports, summary

STEPPING = "stepping"
"""Status of an invoice whose thread waits for a step."""


def goes_by_steps(policy: Policy) -> bool:
    """Whether every run stops in front of the next node."""
    return policy.mode == "step_by_step"


def stops(policy: Policy) -> All | None:
    """Return the breakpoints of a run."""
    return "*" if goes_by_steps(policy) else None


def waits_for_a_step(known: Registered, snapshot: StateSnapshot, policy: Policy) -> bool:
    """Whether a thread at rest between two nodes waits for a person to go on.

    Not after an edit, which itself asks for the question to be put again; and not where a node
    has run already and only its result is to be taken over.
    """
    if not (goes_by_steps(policy) or known.status == STEPPING):
        return False
    edited = snapshot.metadata is not None and snapshot.metadata.get("source") == "update"
    return not edited and snapshot.next != ()


def next_step(known: Registered, node: str, values: Plain, ports: Ports) -> NextStep:
    """Say what a step into a node would start from."""
    said = {"payable": str(known.invoice.payable or "no amount"), **_proposed(node, values)}
    if node == "apply_decision":
        said["decided"] = _decided(known, values, ports)
    if node == "schedule_payment":
        said |= _payment(known, ports)
    return NextStep(known.thread_id, node, said)


def first_step(known: Registered) -> NextStep:
    """Say what the first step of a thread would start from."""
    shown = summary(known)
    named = {key: str(shown[key]) for key in ("supplier", "number", "due_date") if shown[key]}
    payable = str(known.invoice.payable or "no amount")
    return NextStep(known.thread_id, "categorize", {"payable": payable, **named})


def _proposed(node: str, values: Plain) -> dict[str, str]:
    said = values.get("suggestion") or {}
    proposed: dict[str, str] = {}
    if node != "categorize":
        proposed["category"] = f"{said.get('category') or 'unsure'}: {said.get('why', '')}"
    if node not in ("categorize", "check_policy"):
        holds = holds_from_plain(values.get("holds", []))
        proposed["holds"] = "; ".join(hold.reason for hold in holds) or "none"
    return proposed


def _decided(known: Registered, values: Plain, ports: Ports) -> str:
    decisions = ports.ledger.decisions(known.thread_id)
    return "; ".join(
        f"{d.verdict} by {d.approver}" for d in decisions if d.round == values["round"]
    )


def _payment(known: Registered, ports: Ports) -> dict[str, str]:
    account = payment_account(known.invoice, ports.ledger.facts_for(known))
    day = execution_date(known.invoice, ports.policy, ports.clock.now().date())
    return {"account": account or "none", "execution": day.isoformat()}
