"""The figures of a store: how much goes by itself, how long it takes, what people change.

Part of the service protocol. No figure is a float of money: sums are decimal strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the counts it is made of."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share in per cent, to one decimal; None: of nothing there is no share."""
        return round(100 * self.count / self.of, 1) if self.of else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something takes, in hours; None where nothing was counted."""

    count: int
    p50: float | None
    """Half of them took no longer."""
    p90: float | None
    """90 % of them took no longer."""


@dataclass(frozen=True, slots=True)
class QueueAge:
    """The requests that wait now, by the time since they were first shown."""

    ages: Spread
    oldest: float | None
    """Hours; None: nothing waits."""
    held: int
    """Those on hold until a later day."""
    by_age: Mapping[str, int]
    """How many by the age that is not reached yet: "a day", "3 days", ... "older"."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many of something, and what they come to."""

    count: int
    sums: Mapping[str, str]
    """By currency, as decimal strings."""


@dataclass(frozen=True, slots=True)
class Spend:
    """Payments in one currency, for one category or to one supplier."""

    name: str | None
    """Category id, or supplier; None: no category."""
    currency: str
    count: int
    sum: str
    """Decimal string."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The answers of one day."""

    day: str
    """ISO date (UTC)."""
    automatic: int = 0
    """Payments nobody was asked about."""
    approve: int = 0
    reject: int = 0
    expire: int = 0
    other: int = 0
    """Hold, release, send back."""
    edit: int = 0

    @property
    def by_people(self) -> int:
        """Everything that people answered."""
        return self.approve + self.reject + self.other + self.edit


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """Requests to a language model, and their cost."""

    calls: int = 0
    answers: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
    """How many by kind."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """All figures; `metrics --help` says of each what it counts."""

    as_of: str
    """UTC, ISO 8601 with Z."""
    invoices: Mapping[str, int]
    """How many by state."""
    touchless: Rate
    exceptions: Rate
    first_pass: Rate
    cycle_hours: Spread
    cycle_hours_asked: Spread
    decision_hours: Spread
    queue_age: QueueAge
    edits: Mapping[str, Rate]
    """By field."""
    overrides: Mapping[str, Rate]
    """By rule."""
    expired: Rate
    duplicates: Amounts
    """Held as a duplicate, and not paid."""
    conflicts: Amounts
    """Those of the duplicates whose twin was paid already."""
    spend_by_category: tuple[Spend, ...]
    spend_by_supplier: tuple[Spend, ...]
    per_day: tuple[DayFigures, ...]
    """The oldest first."""
    evidence: Mapping[str, Rate]
    """How often suggestions were left as they were, by kind of evidence."""
    language_model: ModelUsage
    discount_lost: Amounts
