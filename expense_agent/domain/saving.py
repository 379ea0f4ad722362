"""The saving of paying early: the best discount an invoice still grants on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_agent.domain.discount import Discount
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money


@dataclass(frozen=True, slots=True)
class Saving:
    """A discount in money."""

    amount: Money
    to_pay: Money
    """The payable amount less the discount."""
    percent: Decimal
    last_day: date
    """The last day on which it can be paid so."""

    def __str__(self) -> str:
        return f"{self.percent} % = {self.amount} if paid by {self.last_day}: {self.to_pay}"


def discount_on(invoice: Invoice, day: date) -> Saving | None:
    """Return the largest saving that paying on this day brings; None when there is none (any more).

    Made to order by, too: what waits for an approval past `last_day` costs `amount`.
    """
    granted = (_saving(invoice, discount) for discount in invoice.discounts)
    there = [saving for saving in granted if saving and day <= saving.last_day]
    return max(there, key=lambda saving: (saving.amount.amount, saving.last_day), default=None)


def _saving(invoice: Invoice, discount: Discount) -> Saving | None:
    payable, percent, last_day = invoice.payable, discount.percent, discount.last_day
    if payable is None or not payable.is_exact or percent is None or last_day is None:
        return None
    base = payable.amount if discount.base is None else discount.base
    amount = Money(base * percent / 100, payable.currency).rounded()
    if not 0 < amount.amount < payable.amount:
        return None
    to_pay = Money(payable.amount - amount.amount, payable.currency)
    return Saving(amount, to_pay, percent, last_day)
