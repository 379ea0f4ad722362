"""How the ledger's payments are listed: their order first, then rows by key, a page at a time.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

PAYMENT_STATUSES = ("scheduled", "exported", "settled", "voided")
NOBODY_ASKED = "nobody, clean"
"""Stands in the place of approvers where there are none; it can be looked for."""


@dataclass(frozen=True, slots=True)
class PaymentQuery:
    """Which payments."""

    status: str | None = None
    """One of PAYMENT_STATUSES; None for all."""
    text: str = ""
    """Words that a payment must have somewhere, all of them, in any case; "" for all."""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment of the ledger, as it stands now."""

    id: int
    invoice_id: str
    supplier: str
    account: str | None
    """Where the money goes, without spaces; None: the invoice names none."""
    amount: str
    """Decimal string with the decimals of the currency."""
    currency: str
    """ISO 4217."""
    status: str
    """One of PAYMENT_STATUSES."""
    execution_date: str
    """ISO date."""
    payment_key: str
    """Makes it the only payment of its invoice (64 hex)."""
    approved_by: tuple[str, ...]
    """In the order of their approvals; empty: the policy let it pass."""
    remittance: str
    """The text the payee reads on its statement: BT-83, else BT-1, else the id."""
    replaces: int | None = None
    """The voided payment it stands for."""
    run: str | None = None
    """The payment run it left in."""
    end_to_end_id: str | None = None
    """The id the bank hands on to the payee; None before a run."""


@dataclass(frozen=True, slots=True)
class PaymentOverview:
    """The order of the payments without their rows: cheap for 100,000 of them."""

    keys: tuple[int, ...]
    """The numbers of the payments that match, the earliest execution first."""
    totals: Mapping[str, str]
    """The sums of those by currency, as decimal strings."""
    counts: Mapping[str, int]
    """How many of all payments are where, by status."""


class PaymentList(Protocol):
    """Where payments are listed: any number of them, at the cost of what is looked at."""

    def overview(self, query: PaymentQuery) -> PaymentOverview:
        """Return the order and totals of the payments that match."""
        ...

    def rows(self, keys: Sequence[int]) -> list[PaymentView]:
        """Return payments by key, in the order of `keys`; unknown keys are left out."""
        ...
