"""One line of a list: a request of the queue, a thread that is stepped through.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from expense_agent.domain.approval import Seen
from expense_agent.domain.policy import Hold


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One approval request as the list shows it."""

    key: int
    seen: Seen
    number: str
    supplier: str
    payable_amount: str
    """Decimal string with the currency's decimals; "" when the invoice names none."""
    currency: str
    category: str | None
    due_date: str | None
    holds: tuple[Hold, ...]
    """The most alarming first; blocking and warning."""
    round: int
    level: int
    approvals_needed: int
    approved_by: tuple[str, ...]
    """The people who have approved in this round already."""
    waiting_since: str
    expires_at: str
    status: str
    """"open", or how it was answered: "approve", "reject", "expire", "edited", "superseded"."""
    answered_by: str | None = None
    answered_at: str | None = None
    why_not: str | None = None
    """Why the acting person may not approve it; None: they may."""
    late: bool = False
    """Whether its time has run out: nobody can give any answer, and `why_not` says so."""
    acts_for: str | None = None
    """The lender of the authority to approve it; None: the acting person's own."""
    held_until: str | None = None
    """ISO date until which a person has put it on hold; None: it waits now."""
    wanted: str = ""
    """The people or roles of a chain it is for, and those asked beside them: "treasury",
    "mia, anybody"; else ""."""
    waits_for: tuple[str, ...] = ()
    """The approvers of the policy who may approve it, where the acting person may not."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thread that a person steps through, in front of its next node."""

    invoice_id: str
    number: str
    supplier: str
    payable_amount: str
    """Decimal string; "" when the invoice names none."""
    currency: str
    step: str
    """The node that runs next."""
    proposed: Mapping[str, str]
    """The values the step would start from, in words."""
    since: str
    note: str
    """The result of the last step; "" before the first."""
