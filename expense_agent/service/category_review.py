"""Questions and answers about categories. Part of the service protocol.

To confirm is to answer a question about the category alone: no payment waits for it, and none is
made by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from expense_agent.service.events import ImportProblem

Outcome = Literal["confirmed", "corrected", "waiting", "undone", "refused"]


@dataclass(frozen=True, slots=True)
class UnsureCategory:
    """An invoice whose category a person should look at; mostly it is paid already."""

    invoice_id: str
    number: str
    supplier: str
    payable_amount: str
    currency: str
    state: str
    """"waiting", "scheduled" or "booked"."""
    category: str | None
    confidence: float
    kind: str
    """The ground of the category: known and guessed must not look alike."""
    why: str
    doubt: str
    candidates: tuple[str, ...]
    """At most three category ids, the likeliest first: the keys 1 to 3."""
    words: str
    """The goods or service bought."""
    received_at: str


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """A person's word on the category of one invoice."""

    invoice_id: str
    category: str | None = None
    """None: the one it has."""
    only_this: bool = False
    """An exception: it says nothing about other invoices of the supplier."""
    seen: str | None = None
    """The category that was shown; refused if it is another one now. None: it does not matter."""


@dataclass(frozen=True, slots=True)
class CategoryAnswer:
    """The result of one answer about a category."""

    invoice_id: str
    outcome: Outcome
    """"waiting": a decision is open about this invoice, and its category changes by an edit."""
    reason: str
    """The rule that was learned, or why nothing was."""
    category: str | None = None
    supplier: str = ""
    others: tuple[str, ...] = ()
    """Other invoices of this supplier that wait with another category: nobody has approved them."""

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return self.outcome not in ("refused", "waiting")


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category of the list, and how often it is there."""

    id: str
    label: str
    gl_code: str | None
    removed: bool
    invoices: int
    confirmed: int
    """Labels of people: invoices they looked at, and lines of an old ledger."""


@dataclass(frozen=True, slots=True)
class EvidenceRate:
    """How often people left suggestions of one kind of evidence as they were."""

    evidence: str
    right: int
    seen: int


@dataclass(frozen=True, slots=True)
class LearnedReport:
    """The result of reading an old ledger."""

    learned: int
    known: int
    """Lines that were learned before."""
    problems: tuple[ImportProblem, ...] = ()
    """Lines without a supplier, or of a category that is not in the list."""


class Confirming(Protocol):
    """Where people speak of categories. Each call is a short transaction; any thread may call."""

    def labels(self) -> Mapping[str, str]:
        """Return the labels of the categories that can be chosen, by id."""
        ...

    def unconfirmed(self, limit: int = 500) -> list[UnsureCategory]:
        """Return the invoices whose category a person should look at, the newest first."""
        ...

    def confirm(self, choices: Sequence[CategoryChoice]) -> list[CategoryAnswer]:
        """Take a person's words on categories, each by itself; one refused stops no other."""
        ...

    def undo(self, invoice_id: str) -> CategoryAnswer:
        """Take back the newest word on an invoice; raises RequestRefused."""
        ...
