"""The question put to a person, the answer, and who may give it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from expense_agent.domain.invoice import Invoice, canonical_json, to_compact
from expense_agent.domain.policy import Hold


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
    seats: tuple[str, ...] = ("",)
    """The whole chain this request is part of; its own is that of its level."""
    preparers_may_approve: bool = True
    importers_may_edit: bool = True
    edit_schema: Mapping[str, Any] = field(default_factory=dict)
    """The JSON schema of what an edit may change: see `edit_fields`."""

    @property
    def seat(self) -> str:
        """The person this request is for."""
        return self.seats[self.level - 1]


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
    seat: str = ""
    """The seat of the chain it was given for."""
    on_behalf_of: str | None = None
    """The person whose authority was lent; None: the approver's own."""

    @property
    def by(self) -> str:
        """The approver in words: "bob", "bob for ann"."""
        return f"{self.approver} for {self.on_behalf_of}" if self.on_behalf_of else self.approver


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


def placed(holds: Sequence[Hold]) -> tuple[Literal["waiting", "held", "sent_back"], str | None]:
    """Say whether a person has parked what is asked or sent it back, and in which words."""
    marks = {hold.rule: hold.reason for hold in holds}
    if "on_hold" in marks:
        return "held", marks["on_hold"]
    return ("sent_back", marks["sent_back"]) if "sent_back" in marks else ("waiting", None)


def holds_to_plain(holds: Sequence[Hold]) -> list[dict[str, Any]]:
    """Return holds in the plain form of state, requests and JSON."""
    return [hold.to_plain() for hold in holds]


def holds_from_plain(data: Sequence[Mapping[str, Any]]) -> tuple[Hold, ...]:
    """Read back what `holds_to_plain` wrote."""
    return tuple(Hold.from_plain(item) for item in data)
