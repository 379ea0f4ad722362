"""An edit that offsets a credit: which one, how much of it, and what is then left to pay."""

from collections.abc import Mapping, Sequence

from expense_agent.domain.credit import Credit, Offset, offset
from expense_agent.domain.edit_fields import OFFSET
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
