"""Whether an invoice is approved, proved from the ledger: never from what a thread remembers."""

from datetime import datetime, timedelta

from expense_agent.domain.approval import Decision, Verdict, fingerprint
from expense_agent.domain.chain import chain_for, satisfied
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.tiers import name_seat, role_seat
from expense_agent.ports import Registered, RequestRecord
from expense_agent.workflow.state import Ports


def approved_request(known: Registered, account: str | None, ports: Ports) -> RequestRecord | None:
    """Return the request of this round that everybody has approved who must, then and now.

    The fingerprint is computed again from the register and the account that would be paid now:
    what is paid is what was shown, or nothing.
    """
    approvals = [d for d in _approvals(known, ports) if not _is_late(d, ports)]
    for record in reversed(ports.ledger.requests_of(known.thread_id)):
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


def lapsed(known: Registered, ports: Ports) -> tuple[Hold, ...]:
    """Return what a person is told where an approval came too long ago to be paid on."""
    hours = ports.policy.approval_valid_hours
    return tuple(
        Hold(
            "approval_lapsed",
            "block",
            f"approved by {d.by} at {d.decided_at}, and not scheduled within {hours} hours",
        )
        for d in _approvals(known, ports)
        if _is_late(d, ports)
    )


def _approvals(known: Registered, ports: Ports) -> list[Decision]:
    decisions = ports.ledger.decisions(known.thread_id)
    return [d for d in decisions if d.verdict is Verdict.APPROVE and d.round == known.round]


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
