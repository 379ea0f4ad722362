"""One invoice as a person reads it: its document, and what agent and people did about it.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from expense_agent.domain.category import Suggestion
from expense_agent.domain.edit import EditField
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold
from expense_agent.domain.reversal import Reversal
from expense_agent.service.listings import PaymentView, QueueRow
from expense_agent.service.readings import BudgetPosition


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One answer to one request, by a person or the clock."""

    verdict: str
    """"approve", "reject", "expire", "hold", "release" or "send_back"."""
    approver: str
    on_behalf_of: str | None
    """The person whose authority was used, by delegation; None: the approver's own."""
    seat: str
    """The seat of the chain it was given for; "" for anybody's."""
    reason: str
    round: int
    level: int
    fingerprint: str
    """Of the request as the approver saw it (16 hex)."""
    decided_at: str
    """UTC, ISO 8601 with Z."""


@dataclass(frozen=True, slots=True)
class EditView:
    """One edit by a person; `before` and `after` hold the changed fields only, by name."""

    round: int
    """The round it began."""
    editor: str
    comment: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]
    edited_at: str
    """UTC, ISO 8601 with Z."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """Words of a person: a comment of its own, or those of an edit or a decision."""

    author: str
    text: str
    at: str
    """UTC, ISO 8601 with Z."""
    document: str | None = None
    """SHA-256 of an attached document (64 hex)."""
    document_name: str | None = None


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the agent."""

    node: str
    """The node of the workflow that ran."""
    at: str
    """UTC, ISO 8601 with Z."""
    note: str
    """The result, in words."""


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """One invoice, whole."""

    id: str
    thread_id: str
    state: str
    """"waiting", "scheduled", "booked", "rejected", "expired" or "failed"."""
    invoice: Invoice
    """As edited; the values before each edit stand in `edits`."""
    category: str | None
    suggestion: Suggestion | None
    """None: the agent has not got that far."""
    account: str | None
    """Where the money would go."""
    holds: tuple[Hold, ...]
    request: QueueRow | None
    """The open request, if one waits (the lowest level of several)."""
    approvals_needed: int
    approvals_given: int
    fingerprint: str | None
    decisions: tuple[DecisionView, ...]
    """The oldest first."""
    edits: tuple[EditView, ...]
    """The oldest first."""
    comments: tuple[CommentView, ...]
    """The oldest first."""
    payment: PaymentView | None
    """The newest; None: nothing was ever scheduled."""
    steps: tuple[TraceStep, ...]
    imported_by: str
    received_at: str
    reversals: tuple[Reversal, ...] = ()
    """Answers that were taken back."""
    reopens: str | None = None
    """Id of the refused invoice this one asks about again."""
    reopened_as: str | None = None
    """Id under which this one is asked about again."""
    edit_fields: tuple[EditField, ...] = ()
    """The fields an edit of the open request may change; empty if none waits."""
    budgets: tuple[BudgetPosition, ...] = ()
    """Those it may be charged to, the one with the least left first: several while its category
    is unsure."""
