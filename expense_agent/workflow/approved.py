"""Whether an invoice is approved, proved from the ledger: never from what a thread remembers.

A category that people have spoken of since makes an approval lapse.

Only a person's correction or rule counts, made after the question was asked: that others approve
meanwhile what was suggested to them is no news, and one's own answer even less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from expense_agent.domain.approval import Decision, Verdict, fingerprint
from expense_agent.domain.category import Suggestion
from expense_agent.domain.chain import chain_for, satisfied
from expense_agent.domain.feedback import known_as
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.tiers import name_seat, role_seat
from expense_agent.ports import Registered, RequestRecord
from expense_agent.workflow.state import InvoiceState, Ports, suggestion_of

_SET_BY_PEOPLE = "person"


def moved_category(state: InvoiceState, ports: Ports) -> Suggestion | None:
    """Return what is suggested now, if people have said otherwise since the question; else None.

    The answer that is being carried out is learned already, so the correction itself is asked.
    """
    shown = suggestion_of(state)
    if shown.kind == _SET_BY_PEOPLE:
        return None
    known = ports.invoice(state["thread_id"])
    keys, centre = known_as(known.invoice.supplier), known.invoice.cost_centre
    since = ports.ledger.words.corrected_since(_asked_at(state), keys, known.thread_id)
    said = [word for word in since if word.cost_centre in ("", centre) or not centre]
    if not said or said[-1].category == shown.category:
        return None
    now = ports.categorizer.suggest(known.invoice)
    others = (now.category, *now.others, shown.category)
    rest = (other for other in others if other not in (None, said[-1].category))
    why = f"{said[-1].by} has said so of this supplier since; {now.why}"
    return replace(now, category=said[-1].category, others=tuple(dict.fromkeys(rest)), why=why)


def moved_news(state: InvoiceState, now: Suggestion) -> Hold:
    """Say what has changed since the person looked."""
    was = suggestion_of(state).category or "none"
    said = f"category changed since you looked: {now.category}, not {was}: {now.why}"
    return Hold("category_unsure", "block", said)


def _asked_at(state: InvoiceState) -> str:
    times = [step["at"] for step in state.get("steps", []) if step["node"] == "request_approval"]
    return max(times, default="")


@dataclass(frozen=True, slots=True)
class Answered:
    """The requests of an invoice and the approvals of its round, read once."""

    known: Registered
    requests: Sequence[RequestRecord]
    """All requests of its thread, oldest first."""
    approvals: Sequence[Decision]

    @classmethod
    def of(cls, known: Registered, ports: Ports) -> Self:
        """Read them; the node that pays does so in its transaction."""
        decisions = ports.ledger.decisions(known.thread_id)
        here = [d for d in decisions if d.verdict is Verdict.APPROVE and d.round == known.round]
        return cls(known, ports.ledger.requests.of_thread(known.thread_id), here)


def approved_request(answered: Answered, account: str | None, ports: Ports) -> RequestRecord | None:
    """Return the request of this round that everybody has approved who must, then and now.

    The fingerprint is computed again from the register and the account that would be paid now:
    what is paid is what was shown, or nothing.
    """
    known = answered.known
    approvals = [d for d in answered.approvals if not _is_late(d, ports)]
    for record in reversed(answered.requests):
        request = record.request
        now = fingerprint(
            known.invoice,
            account,
            request.category,
            request.holds,
            request.policy_version,
        )
        counting = [d for d in approvals if d.fingerprint == request.fingerprint == now]
        filled = [(d.seat, _seats_of(d, ports.policy)) for d in counting]
        chain = chain_for(known.invoice, request.category, ports.policy)
        if satisfied(filled, request.seats) and satisfied(filled, chain.seats):
            return record
    return None


def lapsed(answered: Answered, ports: Ports) -> tuple[Hold, ...]:
    """Return what a person is told where an approval came too long ago to be paid on."""
    hours = ports.policy.approval_valid_hours
    return tuple(
        Hold(
            "approval_lapsed",
            "block",
            f"approved by {d.by} at {d.decided_at}, and not scheduled within {hours} hours",
        )
        for d in answered.approvals
        if _is_late(d, ports)
    )


def _is_late(decision: Decision, ports: Ports) -> bool:
    hours = ports.policy.approval_valid_hours
    if hours is None:
        return False
    age = ports.clock.now() - datetime.fromisoformat(decision.decided_at)
    return age > timedelta(hours=hours)


def _seats_of(decision: Decision, policy: Policy) -> list[str]:
    """Return the seats an approval counts for by the policy in force now."""
    names = {decision.approver, decision.on_behalf_of}
    roles = (role for p in policy.approvers if p.name in names for role in p.roles)
    return [*map(role_seat, roles), *(name_seat(name) for name in names if name)]
