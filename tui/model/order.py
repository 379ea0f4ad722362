"""The frozen order of the list: keys, where each stands, and what a newer reading adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from expense_agent.service import QueueOverview


class Order:
    """Keys in order, with the place of each. Building one is linear: do it off the UI thread."""

    __slots__ = ("_places", "keys")

    def __init__(self, keys: Iterable[int] = ()) -> None:
        self.keys = tuple(keys)
        self._places = {key: place for place, key in enumerate(self.keys)}

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, key: int) -> bool:
        return key in self._places

    def place(self, key: int | None) -> int | None:
        """Give the row number of a key now; None when it is not in the list."""
        return None if key is None else self._places.get(key)

    def with_replaced(self, old: int, new: int) -> "Order":
        """Give the same order with another key in one place (a request that was asked again)."""
        return Order(new if key == old else key for key in self.keys if key != new)


@dataclass(frozen=True, slots=True)
class Listing:
    """A reading of the queue, ready to be shown."""

    order: Order
    waiting: int = 0
    """Open requests in the whole store, whatever the filter."""
    totals: Mapping[str, str] = field(default_factory=dict)
    change: int = 0
    """The store's change counter when this was read."""


@dataclass(frozen=True, slots=True)
class News:
    """What a newer reading has that the list on the screen has not."""

    new: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    """Answered or edited by somebody else."""
    change: int = 0
    waiting: int = 0


def listing_of(overview: QueueOverview) -> Listing:
    """Prepare a reading for the screen."""
    return Listing(Order(overview.keys), overview.waiting, overview.totals, overview.change)


def news_since(shown: Order, own: frozenset[int], overview: QueueOverview) -> News:
    """Compare a newer reading with what the screen shows; `own` decisions are no news."""
    now = frozenset(overview.keys)
    new = frozenset(key for key in now if key not in shown)
    gone = frozenset(key for key in shown.keys if key not in now)
    return News(new, gone - own, overview.change, overview.waiting)
