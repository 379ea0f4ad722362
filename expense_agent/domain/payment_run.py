"""Payments sent to the bank together: what a run holds, and the ids that bank files carry.

A restored store has forgotten some payments; the files of their runs tell which.

Nothing in it is random: the same payments give the same ids, so that a bank (and a restored
backup) recognises a run that it has seen.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from expense_agent.domain.money import Money, plain


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


PAIN_09: Final = "pain.001.001.09"
PAIN_03: Final = "pain.001.001.03"
CSV: Final = "csv"
FORMATS = (PAIN_09, PAIN_03, CSV)


@dataclass(frozen=True, slots=True)
class Debtor:
    """The account that pays."""

    name: str
    account: str
    """IBAN, upper case without spaces."""
    bic: str | None = None
    pain: str = PAIN_09
    """Which version of pain.001 the bank takes."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One payment of a run, as the file will name it."""

    payment_id: int
    invoice_id: str
    payment_key: str
    execution_date: str
    """ISO date: the payment's own, never a day before the run."""
    amount: Money
    name: str
    """The name of the payee."""
    account: str | None
    remittance: str
    first_key: str = ""
    """The key its invoice was paid under first; "": its own, as nothing was taken back."""

    @property
    def end_to_end_id(self) -> str:
        """The id the bank hands on to the payee, unique over all runs (32 hex)."""
        return self.payment_key[:32]


@dataclass(frozen=True, slots=True)
class PaymentRun:
    """Payments that go to the bank in one file, in the order of the file."""

    id: str
    format: str
    """One of FORMATS."""
    created_at: str
    """UTC, ISO 8601 with Z."""
    debtor: Debtor | None
    """None only for a table, which a bank does not carry out."""
    head: str
    """Number and hash of the last audit event before the run: an anchor kept in the file."""
    lines: tuple[RunLine, ...]
    store: str = ""
    """The id of the store: a file that is given back says of which."""

    @property
    def totals(self) -> dict[str, str]:
        """The sum of the run by currency, as decimal strings."""
        return totals(line.amount for line in self.lines)


def run_id(day: str, lines: Sequence[RunLine]) -> str:
    """Name a run by its day (ISO) and what is in it; at most 21 of the bank's 35 characters."""
    return run_id_of(day, [line.payment_key for line in lines])


def run_id_of(day: str, keys: Sequence[str]) -> str:
    """Name a run by its day (ISO) and the keys of its payments, in the order of the file."""
    joined = "\n".join(keys)
    return f"{day.replace('-', '')}-{hashlib.sha256(joined.encode()).hexdigest()[:12]}"


def in_order(lines: Iterable[RunLine]) -> tuple[RunLine, ...]:
    """Put lines in the order of the file."""
    return tuple(sorted(lines, key=lambda line: (line.execution_date, line.payment_key)))


def totals(amounts: Iterable[Money]) -> dict[str, str]:
    """Add amounts up by currency."""
    sums: dict[str, Decimal] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.rounded().amount
    return {currency: plain(sums[currency]) for currency in sorted(sums)}
