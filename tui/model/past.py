"""Compares an invoice with what came from its supplier before. Pure; money stays Decimal."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from statistics import median

from expense_agent.service import Headline, InvoiceDetail, SupplierHistory

_NEVER_PAID = ("rejected", "expired", "failed")
PAID = ("scheduled", "booked")
"""States in which an invoice is settled, or about to be."""
STANDS_OUT = 2
"""From so many times the middle amount on, a person should look."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The amounts of a supplier in one currency, the oldest first, and the one in question."""

    before: tuple[Decimal, ...]
    amount: Decimal

    @property
    def times(self) -> Decimal:
        """How many times the middle one of those before."""
        middle = median(self.before) if self.before else Decimal(0)
        return self.amount / middle if middle else Decimal(0)

    @property
    def stands_out(self) -> bool:
        """Whether it is much more than usual."""
        return self.times >= STANDS_OUT


def usual_amounts(detail: InvoiceDetail, past: SupplierHistory) -> Usual | None:
    """Return the amounts to compare with; None when the invoice has none itself."""
    amount = detail.invoice.payable_amount
    if amount is None:
        return None
    same = [one for one in past.invoices if one.currency == detail.invoice.currency]
    found = [_decimal(one.payable_amount) for one in same if one.state not in _NEVER_PAID]
    return Usual(tuple(one for one in reversed(found) if one is not None and one > 0), amount)


def same_number(detail: InvoiceDetail, past: SupplierHistory) -> list[Headline]:
    """Return those whose number is the same but for case, spaces and signs; the paid ones first."""
    wanted = _folded(detail.invoice.number or "")
    return [one for one in _comparable(past) if wanted and _folded(one.number) == wanted]


def same_amount(detail: InvoiceDetail, past: SupplierHistory) -> list[Headline]:
    """Return those over the same amount in the same currency; the paid ones first."""
    wanted = usual_amounts(detail, past)
    return [
        one
        for one in _comparable(past)
        if wanted
        and one.currency == detail.invoice.currency
        and _decimal(one.payable_amount) == wanted.amount
    ]


def _comparable(past: SupplierHistory) -> list[Headline]:
    found = {one.id: one for one in (*past.twins, *past.invoices)}
    return sorted(found.values(), key=lambda one: one.state not in PAID)


def twin_of(detail: InvoiceDetail, past: SupplierHistory) -> str | None:
    """Return the invoice to compare with: that of the holds, else the most alike, else the last."""
    named = [twin for hold in detail.holds for twin in hold.twins if twin != detail.id]
    alike = [*same_number(detail, past), *same_amount(detail, past), *past.invoices]
    return next(iter([*named, *(one.id for one in alike)]), None)


def _folded(number: str) -> str:
    return "".join(char for char in number.casefold() if char.isalnum()).lstrip("0")


def _decimal(amount: str | None) -> Decimal | None:
    try:
        return Decimal(amount) if amount else None
    except InvalidOperation:
        return None
