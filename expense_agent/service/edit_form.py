"""Questions of an edit form: whether others edit, and what an edit would lead to.

Part of the service protocol. Calls block for a moment; a front end makes them in a worker thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from expense_agent.domain.policy import Hold


@dataclass(frozen=True, slots=True)
class BeingEdited:
    """Somebody has the edit form of an invoice open."""

    invoice_id: str
    by: str
    since: str
    """UTC, ISO 8601 with Z."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The request that would follow if an edit were saved now; the engine checks it again."""

    holds: tuple[Hold, ...]
    approvals_needed: int


class Editing(Protocol):
    """The open edit forms of sessions that live. It saves work; money is safe without."""

    def begin(self, invoice_id: str) -> BeingEdited:
        """Say that the form is open, or still is; somebody else's lease stands, and is given."""
        ...

    def end(self, invoice_id: str) -> None:
        """Say that the form is closed."""
        ...

    def under_way(self) -> Sequence[BeingEdited]:
        """Return everything that is being edited at this moment, by whomever."""
        ...

    def foresee(self, invoice_id: str, changes: Mapping[str, str]) -> Foreseen:
        """Check a waiting invoice as an edit would leave it; raises RequestRefused."""
        ...
