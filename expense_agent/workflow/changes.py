"""The changes of an edit: read strictly, by the schema of the request it belongs to.

An edit may offset a credit: one credit, as much of it as is open.

Saving an edit and foreseeing what it would lead to read it the same way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from expense_agent.domain.approval import ApprovalRequest
from expense_agent.domain.credit import Credit, Offset, offset
from expense_agent.domain.edit import OFFSET, fields_of, read_changes
from expense_agent.domain.invoice import Invoice, with_changes
from expense_agent.domain.money import plain
from expense_agent.errors import RequestRefused
from expense_agent.ports import Registered


def chosen(
    known: Registered, changes: Mapping[str, str], credits_: Sequence[Credit]
) -> Offset | None:
    """Return what an edit takes of a credit, None when it names none; raises RequestRefused."""
    if OFFSET not in changes:
        return None
    payable, wanted = known.invoice.payable, changes[OFFSET].strip()
    if "payable_amount" in changes:
        raise RequestRefused("an offset sets the payable amount itself: change one or the other")
    if payable is None or payable.amount <= 0 or not payable.is_exact:
        raise RequestRefused(f"{known.id} asks for no payment that a credit could lower")
    found = next((credit for credit in credits_ if credit.invoice_id == wanted), None)
    if found is None:
        there = ", ".join(credit.invoice_id for credit in credits_) or "none"
        whose = f"open credits of its supplier in {payable.currency}: {there}"
        raise RequestRefused(f"{wanted!r} is not an open credit to offset; {whose}")
    return offset(found, payable)


def lowered(known: Registered, taken: Offset) -> str:
    """Return the payable amount that is left."""
    payable = known.invoice.payable
    assert payable is not None, "`chosen` has refused it"
    return plain(payable.rounded().amount - taken.amount.amount)


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
