"""How the queue is asked for, and what it is without its rows: order, groups, sums, news."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SortKey = Literal["holds", "due", "amount", "supplier", "waiting", "loss"]
SORT_KEYS: tuple[SortKey, ...] = ("holds", "due", "amount", "supplier", "waiting", "loss")
GroupKey = Literal["hold", "supplier", "due", "none"]
GROUP_KEYS: tuple[GroupKey, ...] = ("hold", "supplier", "due", "none")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a filter. All terms must hold; `negated` turns this one round."""

    field: str
    """One of queue_filter.FIELDS."""
    op: Literal["contains", "=", "<", ">", "<=", ">="]
    value: str
    """Lower-case text; a decimal string for amount; an ISO date for due, waiting and expires."""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which requests, in which order."""

    terms: tuple[Term, ...] = ()
    sort: SortKey = "holds"
    held: bool = False
    """Whether those on hold until a later day are wanted, instead of those that wait now."""
    group: GroupKey = "none"
    """The field rows are grouped by; `sort` is the order inside a group."""


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Requests that stand together in an overview."""

    key: str
    """Tells it from the other groups, in this reading and in later ones."""
    name: str
    """The rule of the worst hold, the supplier as written, or the Monday of the due week."""
    count: int
    totals: Mapping[str, str]
    """Sum of the payable amounts by currency, as decimal strings."""
    routine: bool = False
    """Whether nothing but the sum is the reason why these wait."""


@dataclass(frozen=True, slots=True)
class QueueOverview:
    """The order of the queue without its rows: cheap for 100,000 requests."""

    keys: tuple[int, ...]
    """Row keys in order; stable for the life of a request, meaningless otherwise."""
    waiting: int
    """Open requests in the whole store that are not on hold, whatever the filter."""
    held: int
    """Open requests on hold until a later day."""
    totals: Mapping[str, str]
    """Sum of the payable amounts of `keys` by currency, as decimal strings."""
    change: int
    """The store's change counter when this was read."""
    groups: tuple[QueueGroup, ...] = ()
    """How `keys` fall into groups, in order; empty when none were asked for."""
    newest: int = 0
    """The largest row key there was: what is asked later has a larger one."""


@dataclass(frozen=True, slots=True)
class QueueNews:
    """The changes since an overview; costs what has changed, not what waits."""

    new: tuple[int, ...]
    """Keys of requests that came since and match."""
    answered: tuple[int, ...]
    """Keys of requests that were answered since, whether they match or not."""
    waiting: int
    change: int
