"""Feedback in a decision or an edit: written down in its own transaction.

Only people teach. What was scheduled by policy, expired, rejected, put on hold or sent back says
nothing, and a suggestion nobody has answered is never learned from.
"""

from expense_agent.domain.approval import Decision, Verdict
from expense_agent.domain.category import Suggestion, suggestion_from
from expense_agent.domain.feedback import Feedback, about_invoice, is_taught
from expense_agent.domain.policy import Policy
from expense_agent.ports import EditRecord, Registered, RequestRecord


def taught_by_decision(
    record: RequestRecord, known: Registered, decision: Decision, policy: Policy, *, bulk: bool
) -> Feedback | None:
    """Return what an approval says of the category it was shown with; None when it says nothing."""
    category = record.request.category
    if decision.verdict is not Verdict.APPROVE or category is None:
        return None
    if not is_taught(known.invoice.supplier, policy.categories):
        return None
    return about_invoice(
        known.invoice,
        known.thread_id,
        category,
        source=decision.interrupt_id,
        kind="bulk" if bulk else "confirmation",
        by=decision.approver,
        at=decision.decided_at,
        suggestion=_suggestion(known),
    )


def taught_by_edit(
    record: RequestRecord, known: Registered, edit: EditRecord, policy: Policy
) -> Feedback | None:
    """Return what an edit says of the category; None when it leaves it alone."""
    category = edit.after.get("category")
    if category is None or not is_taught(known.invoice.supplier, policy.categories):
        return None
    return about_invoice(
        known.invoice,
        known.thread_id,
        category,
        source=f"round {edit.round}",
        kind="confirmation" if category == record.request.category else "correction",
        by=edit.editor,
        at=edit.edited_at,
        suggestion=_suggestion(known),
    )


def _suggestion(known: Registered) -> Suggestion | None:
    return suggestion_from(known.suggestion) if known.suggestion else None
