"""Reversals of answers: taken back, or asked again later."""

from collections.abc import Mapping
from dataclasses import dataclass

REVERSED = "reversed a decision on"
REOPENED = "reopened"
"""The act of somebody who has taken a side: "you reopened it: another approver must decide"."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """An approval whose payment was voided, or a rejection, taken back by a person."""

    round: int
    """The round it begins."""
    by: str
    reason: str
    payment_id: int | None
    """The voided payment; None: a rejection was taken back."""
    decided_by: tuple[str, ...]
    """The people whose answers were taken back; empty: the agent had paid by itself."""

    def __str__(self) -> str:
        whose = " and ".join(self.decided_by) or "the agent"
        what = f"payment {self.payment_id}" if self.payment_id else "the rejection"
        return f"{what} (by {whose}) was taken back by {self.by}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reopening:
    """An invoice asked about again after it was rejected, or had expired."""

    invoice_id: str
    """The one it was before."""
    by: str
    reason: str
    origin: str
    """The thread under which its document was imported."""

    def __str__(self) -> str:
        return f"{self.invoice_id} was asked about again by {self.by}: {self.reason}"


def reversers(reversals: tuple[Reversal, ...], reopening: Reopening | None) -> Mapping[str, str]:
    """Return who overturned other people's answers, and how: they have taken a side.

    Taking back one's own answer, or the agent's, is no side: it only stops a payment.
    """
    took = {r.by: REVERSED for r in reversals if r.decided_by and r.by not in r.decided_by}
    return took | ({reopening.by: REOPENED} if reopening else {})
