"""A treasurer's questions and answers: payment runs. Part of the service protocol.

Calls block while the ledger or a file is written; a front end makes them in a worker thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A scheduled payment that the bank would refuse in this format; it stays scheduled."""

    payment_id: int
    invoice_id: str
    supplier: str
    amount: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """One payment of a run, as its file would name it."""

    payment_id: int
    invoice_id: str
    supplier: str
    account: str | None
    amount: str
    """Decimal string with the decimals of the currency."""
    currency: str
    remittance: str
    """The text the payee reads on its statement."""
    execution_date: str
    """ISO date: the payment's own, never a day before the run."""
    end_to_end_id: str
    """The id the bank hands on to the payee (32 hex)."""


@dataclass(frozen=True, slots=True)
class DaySum:
    """The payments of one day in one currency."""

    date: str
    currency: str
    payments: int
    sum: str
    """Decimal string."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The content a payment run would have, to be compared with the bank's."""

    format: str
    payments: tuple[PlannedPayment, ...]
    """In the order of the file."""
    totals: Mapping[str, str]
    """Sums by currency, as decimal strings."""
    dates: tuple[DaySum, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    """The texts that had to be cut to fit."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """The result of a payment run."""

    run: str | None
    """Its id; None: nothing was to be exported."""
    format: str
    file: str | None
    sha256: str | None
    bytes: int
    payments: int
    totals: Mapping[str, str]
    created_at: str | None
    head: str | None
    """The audit head the file carries; `audit verify --anchor` takes it."""
    repeated: bool
    """The run was there already: the same bytes once more."""
    left_out: tuple[LeftOut, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RunView:
    """A payment run that was made."""

    run: str
    """Its id."""
    format: str
    created_at: str
    """UTC, ISO 8601 with Z."""
    created_by: str
    payments: int
    totals: Mapping[str, str]
    """Sums by currency, as decimal strings."""
    sha256: str
    """Of its file."""
    head: str
    """The audit head the file carries."""
    exported: bool
    """False: its file may not have been written."""


class PayRuns(Protocol):
    """Where payments leave for the bank."""

    def plan(self, until: date | None = None, format: str | None = None) -> RunPlan:  # noqa: A002
        """Say what a run would hold; changes nothing."""
        ...

    def run(
        self,
        output: Path,
        until: date | None = None,
        format: str | None = None,  # noqa: A002 - what the command calls it
    ) -> RunReport:
        """Export scheduled payments, once; finishes a run that was cut off instead."""
        ...

    def again(self, run_id: str, output: Path) -> RunReport:
        """Write the file of a run once more, the same bytes."""
        ...

    def runs(self) -> list[RunView]:
        """Return the runs made, the latest first."""
        ...


class Reconciling(Protocol):
    """Gives payment files back to a store that has forgotten them."""

    def waits(self) -> str | None:
        """Say what pay-run waits for since the store was restored; None: for nothing."""
        ...
