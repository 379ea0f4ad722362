"""Payments that a restored store has forgotten, as the payment files tell."""

from dataclasses import dataclass, field

from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import totals


@dataclass(frozen=True, slots=True)
class LeftAlready:
    """A payment that has left for an invoice, and that the ledger does not have."""

    run: str
    """The payment run whose file named it."""
    amount: Money
    account: str
    is_this: bool
    """Whether it is the very payment that would be made now: then it only is written down."""


@dataclass(frozen=True, slots=True)
class GivenPayment:
    """One payment of a file."""

    end_to_end_id: str
    payment_key: str
    first_key: str
    execution_date: str
    amount: Money
    name: str
    account: str
    remittance: str


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A payment file as it was written."""

    run: str
    format: str
    store: str
    """The id of the store that has written it."""
    head: str
    created_at: str
    """UTC; of a table, the day alone is known."""
    debtor: dict[str, str] | None
    payments: tuple[GivenPayment, ...]
    content: bytes = field(repr=False)

    @property
    def totals(self) -> dict[str, str]:
        """The sum by currency."""
        return totals(payment.amount for payment in self.payments)
