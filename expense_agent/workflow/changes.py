"""The changes of an edit: read strictly by the schema of the request it is about.

Saving an edit and foreseeing what it would lead to read it the same way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from expense_agent.domain.approval import ApprovalRequest
from expense_agent.domain.credit import Credit, Offset
from expense_agent.domain.edit import read_changes
from expense_agent.domain.edit_fields import OFFSET, fields_of
from expense_agent.domain.invoice import Invoice, with_changes
from expense_agent.domain.money import plain
from expense_agent.errors import RequestRefused
from expense_agent.ports import Registered
from expense_agent.workflow.offsets import chosen, lowered


@dataclass(frozen=True, slots=True)
class Changes:
    """The fields that really change, before and after, and what is taken of a credit."""

    before: Mapping[str, str | None]
    after: Mapping[str, str]
    taken: Offset | None


def changes_of(
    known: Registered,
    request: ApprovalRequest,
    typed: Mapping[str, str],
    credits_: Sequence[Credit],
    categories: Collection[str],
) -> Changes:
    """Read what a person typed; raises RequestRefused naming every field that is wrong."""
    taken = chosen(known, typed, credits_)
    fields = {name: value for name, value in typed.items() if name != OFFSET}
    clean, problems = read_changes(fields, fields_of(request.edit_schema), categories)
    if problems:
        raise RequestRefused("; ".join(problems.values()))
    if taken:
        clean["payable_amount"] = lowered(known, taken)
    before, after = _changed(known, clean)
    if taken:
        before, after = {**before, OFFSET: None}, {**after, OFFSET: taken.credit.invoice_id}
    return Changes(before, after, taken)


def _changed(
    known: Registered, changes: Mapping[str, str]
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the fields that really change, before and after; raises when none does."""
    current = _current(known.invoice, known.category)
    wanted = _current(with_changes(known.invoice, changes), changes.get("category", known.category))
    after = {key: wanted[key] or "" for key in changes if wanted[key] != current[key]}
    if not after:
        raise RequestRefused("the edit changes nothing")
    return {key: current[key] for key in after}, after


def _current(invoice: Invoice, category: str | None) -> dict[str, str | None]:
    return {
        "payable_amount": None if invoice.payable_amount is None else plain(invoice.payable_amount),
        "due_date": invoice.due_date.isoformat() if invoice.due_date else None,
        "account": ", ".join(invoice.accounts) or None,
        "category": category,
    }
