"""Credits: what a supplier owes us, and how it lowers what we pay, when a person says so.

A booked credit note is an open credit. It is offset against an invoice of the same supplier and
currency by an edit, never by itself, never below zero, and never more of it than there is.
"""

from dataclasses import dataclass

from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money


@dataclass(frozen=True, slots=True)
class Credit:
    """A booked credit of which something is left."""

    invoice_id: str
    thread_id: str
    number: str
    booked: str
    """ISO date."""
    amount: Money
    """As it was booked."""
    left: Money
    """The amount not offset yet."""
    about: tuple[str, ...] = ()
    """Numbers of the invoices it refers to (BT-25)."""


@dataclass(frozen=True, slots=True)
class Offset:
    """So much of one credit, taken off one invoice."""

    credit: Credit
    amount: Money


def credit_of(invoice: Invoice) -> Money | None:
    """Return what a document owes us once it is booked; None when it is none, or not certain.

    A credit note states what it credits as a positive amount, an invoice that credits (such as a
    corrected one) as a negative one. What the supplier settles by itself is no open credit.
    """
    payable = invoice.payable
    if payable is None or not payable.is_exact or invoice.is_collected:
        return None
    owed = payable if invoice.is_credit_note else Money(-payable.amount, payable.currency)
    return owed if owed.amount > 0 else None


def offset(credit: Credit, payable: Money) -> Offset:
    """Return how much of a credit an invoice takes: all that is left, down to zero at most."""
    least = min(credit.left.amount, payable.amount)
    return Offset(credit, Money(least, payable.currency))
