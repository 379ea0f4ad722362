"""The JSON of invoices, payments and events: one function for each shape, from a typed view.

Scripts and auditors rely on the names that stand here, whatever the fields of a view are called.
"""

from typing import Any

from expense_agent.domain.audit import AuditEvent
from expense_agent.domain.edit import schema_of
from expense_agent.domain.invoice import to_plain
from expense_agent.domain.reversal import Reversal
from expense_agent.service import (
    BudgetPosition,
    CommentView,
    DecisionView,
    EditView,
    InvoiceDetail,
    PaymentView,
    QueueRow,
    TraceStep,
)
from expense_agent.service.payment_runs import RunView

Shape = dict[str, Any]


def payment_shape(payment: PaymentView) -> Shape:
    """Return a payment as `payments` prints it."""
    return {
        "id": payment.id,
        "invoice_id": payment.invoice_id,
        "supplier": payment.supplier,
        "account": payment.account,
        "amount": payment.amount,
        "currency": payment.currency,
        "status": payment.status,
        "execution_date": payment.execution_date,
        "payment_key": payment.payment_key,
        "approved_by": list(payment.approved_by),
        "remittance": payment.remittance,
        "replaces": payment.replaces,
        "run": payment.run,
        "end_to_end_id": payment.end_to_end_id,
    }


def event_shape(event: AuditEvent) -> Shape:
    """Return an event of the trail as `audit` prints it."""
    return {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "invoice_id": event.invoice_id,
        "details": event.details,
    }


def detail_shape(detail: InvoiceDetail) -> Shape:
    """Return an invoice as `show` prints it."""
    return {
        "id": detail.id,
        "state": detail.state,
        "invoice": to_plain(detail.invoice),
        "category": detail.category,
        "suggestion": detail.suggestion.to_plain() if detail.suggestion else {},
        "account": detail.account,
        "holds": [hold.to_plain() for hold in detail.holds],
        "approvals_needed": detail.approvals_needed,
        "approvals_given": detail.approvals_given,
        "fingerprint": detail.fingerprint,
        "decisions": [decision_shape(decision) for decision in detail.decisions],
        "edits": [edit_shape(edit) for edit in detail.edits],
        "comments": [comment_shape(comment) for comment in detail.comments],
        "payment": payment_shape(detail.payment) if detail.payment else None,
        "steps": [step_shape(step) for step in detail.steps],
        "thread_id": detail.thread_id,
        "imported_by": detail.imported_by,
        "received_at": detail.received_at,
        "reversals": [reversal_shape(reversal) for reversal in detail.reversals],
        "reopens": detail.reopens,
        "reopened_as": detail.reopened_as,
        "edit_schema": schema_of(detail.edit_fields) if detail.edit_fields else {},
        "budgets": [budget_shape(position) for position in detail.budgets],
    }


def decision_shape(decision: DecisionView) -> Shape:
    """Return an entry of `decisions`."""
    return {
        "verdict": decision.verdict,
        "approver": decision.approver,
        "on_behalf_of": decision.on_behalf_of,
        "seat": decision.seat,
        "reason": decision.reason,
        "round": decision.round,
        "level": decision.level,
        "fingerprint": decision.fingerprint,
        "decided_at": decision.decided_at,
    }


def edit_shape(edit: EditView) -> Shape:
    """Return an entry of `edits`."""
    return {
        "round": edit.round,
        "editor": edit.editor,
        "comment": edit.comment,
        "before": edit.before,
        "after": edit.after,
        "edited_at": edit.edited_at,
    }


def comment_shape(comment: CommentView) -> Shape:
    """Return an entry of `comments`."""
    return {
        "author": comment.author,
        "text": comment.text,
        "at": comment.at,
        "document": comment.document,
        "document_name": comment.document_name,
    }


def step_shape(step: TraceStep) -> Shape:
    """Return an entry of `steps`."""
    return {"node": step.node, "at": step.at, "note": step.note}


def reversal_shape(reversal: Reversal) -> Shape:
    """Return an entry of `reversals`."""
    return {
        "round": reversal.round,
        "by": reversal.by,
        "reason": reversal.reason,
        "payment_id": reversal.payment_id,
        "decided_by": list(reversal.decided_by),
    }


def budget_shape(position: BudgetPosition) -> Shape:
    """Return an entry of `budgets`."""
    return {
        "category": position.category,
        "period": position.period,
        "currency": position.currency,
        "allowed": position.allowed,
        "used": position.used,
        "after": position.after,
    }


def request_shape(row: QueueRow) -> Shape:
    """Return a request as `queue` prints it."""
    return {
        "id": row.seen.invoice_id,
        "number": row.number or None,
        "supplier": row.supplier or None,
        "payable_amount": row.payable_amount or None,
        "currency": row.currency,
        "category": row.category,
        "due_date": row.due_date,
        "state": "waiting",
        "holds": [hold.to_plain() for hold in row.holds],
        "approvals_needed": row.approvals_needed,
        "approvals_given": len(row.approved_by),
        "approved_by": list(row.approved_by),
        "waiting_since": row.waiting_since,
        "expires_at": row.expires_at,
        "fingerprint": row.seen.fingerprint,
        "round": row.round,
        "level": row.level,
        "wanted": row.wanted or None,
        "why_not": row.why_not,
        "held_until": row.held_until,
    }


def run_shape(run: RunView) -> Shape:
    """Return a run that was made."""
    return {
        "run": run.run,
        "format": run.format,
        "created_at": run.created_at,
        "created_by": run.created_by,
        "payments": run.payments,
        "totals": dict(run.totals),
        "sha256": run.sha256,
        "head": run.head,
        "exported": run.exported,
    }
