"""The question put to a person, the answer, and who may give it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from expense_agent.domain.invoice import Invoice, canonical_json, to_compact
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Hold, Policy


class Verdict(StrEnum):
    """One answer to one request. EXPIRE is the clock's."""

    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    HOLD = "hold"
    """Until a day; the request comes back at once, out of the way."""
    RELEASE = "release"
    """Ends a HOLD before its day."""
    SEND_BACK = "send_back"
    """To the agent, for another look, with a question."""


REFUSALS = frozenset({Verdict.REJECT, Verdict.EXPIRE})
"""Verdicts that end an invoice unpaid."""
RETURNS = frozenset({Verdict.HOLD, Verdict.RELEASE, Verdict.SEND_BACK})
"""Verdicts after which the invoice is asked about again."""


CLOCK = "clock"
"""The approver recorded for EXPIRE."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Which request a person looked at, and exactly what it showed. Every action carries it."""

    invoice_id: str
    interrupt_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """The question put to a person; exactly one per interrupt."""

    thread_id: str
    interrupt_id: str
    round: int
    """Raised by every edit and every new hold; approvals count within one round only."""
    level: int
    """1 for the first approver, 2 for the second."""
    fingerprint: str
    account: str | None
    category: str | None
    holds: tuple[Hold, ...]
    policy_version: str
    approvals_needed: int
    expires_at: str
    """UTC, ISO 8601 with Z."""
    held_until: str | None = None
    """ISO date until which a person wants it out of the way."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's (or the clock's) answer, as the ledger keeps it."""

    thread_id: str
    interrupt_id: str
    round: int
    level: int
    verdict: Verdict
    approver: str
    reason: str
    fingerprint: str
    decided_at: str
    until: str | None = None
    """ISO date a HOLD lasts until; None for every other verdict."""


def fingerprint(
    invoice: Invoice,
    account: str | None,
    category: str | None,
    holds: Sequence[Hold],
    policy_version: str,
) -> str:
    """Hash exactly what is shown and would be paid (16 hex). It does not contain the round."""
    shown = to_compact(invoice)
    del shown["source"]
    content = {
        "invoice": shown,
        "account": account,
        "category": category,
        "holds": [[hold.rule, hold.severity, hold.reason] for hold in holds],
        "policy": policy_version,
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:16]


def approvals_needed(payable: Money | None, policy: Policy) -> int:
    """How many different people must approve. Without a rate the stricter answer counts."""
    limits = [lim for lim in (policy.second_above, policy.parallel_above) if lim is not None]
    if not limits or payable is None:
        return 1
    based = policy.in_base_currency(payable)
    return 2 if based is None or based.amount > min(limits) else 1


def asked_at_once(payable: Money | None, policy: Policy) -> bool:
    """Whether both approvers are asked in parallel instead of one after the other."""
    if policy.parallel_above is None or payable is None:
        return False
    based = policy.in_base_currency(payable)
    return based is None or based.amount > policy.parallel_above


def why_not_approve(  # noqa: PLR0913 - the six things that can stand in the way
    approver: str,
    payable: Money | None,
    holds: Sequence[Hold],
    preparers: Mapping[str, str],
    approved_by: Sequence[str],
    policy: Policy,
) -> str | None:
    """Say why this person may not approve this request, or None. The same text is shown and stored.

    `preparers` maps a name to what that person did: {"ann": "imported", "bob": "edited"}.
    """
    stuck = next((hold for hold in holds if not hold.overridable), None)
    if stuck is not None:
        return f"cannot be approved as it is: {stuck.reason}; edit or reject it"
    if approver in approved_by:
        return "you have approved it already: another person must decide"
    if not policy.approvers:
        return None
    person = next((known for known in policy.approvers if known.name == approver), None)
    if person is None:
        return f"{approver} is not among the approvers of the policy"
    if approver in preparers and not policy.preparers_may_approve:
        return f"you {preparers[approver]} it: another approver must decide"
    return _over_limit(person, payable, policy)


def why_not_decide(approver: str, policy: Policy) -> str | None:
    """Say why this person may not reject or edit, or None: any approver of the policy may."""
    known = not policy.approvers or approver in {person.name for person in policy.approvers}
    return None if known else f"{approver} is not among the approvers of the policy"


def _over_limit(person: Approver, payable: Money | None, policy: Policy) -> str | None:
    if person.limit is None or payable is None:
        return None
    based = policy.in_base_currency(payable)
    if based is None:
        return (
            f"no exchange rate for {payable.currency}: your limit {person.limit} cannot be checked"
        )
    if based.amount > person.limit.amount:
        return f"over your limit {person.limit}: a higher approver must decide"
    return None


def holds_to_plain(holds: Sequence[Hold]) -> list[dict[str, Any]]:
    """Give holds in the plain form of state, requests and JSON."""
    return [hold.to_plain() for hold in holds]


def holds_from_plain(data: Sequence[Mapping[str, Any]]) -> tuple[Hold, ...]:
    """Read back what `holds_to_plain` wrote."""
    return tuple(Hold.from_plain(item) for item in data)
