"""The frozen order of the list: keys, groups with their headers, and where each stands.

A line of the list is an invoice, by its key, or the header of a group, by a negative number. Lines
are worked out from the sizes of groups, so folding one costs the number of groups, never of rows.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from expense_agent.service import QueueGroup, QueueNews, QueueOverview

_CHUNK = 10_000
"""Keys looked at before another thread may go on: a frame of the screen is not kept waiting."""


class Order:
    """Keys in order, in groups or in none. Building one is linear: do it off the UI thread."""

    __slots__ = ("_places", "_starts", "_tops", "folded", "groups", "keys")

    def __init__(self, keys: Iterable[int] = (), groups: Sequence[QueueGroup] = ()) -> None:
        self.keys = array("q", keys)
        self.groups = tuple(groups)
        self.folded: frozenset[str] = frozenset()
        self._places: dict[int, int] = {}
        for start in range(0, len(self.keys), _CHUNK):
            chunk = self.keys[start : start + _CHUNK]
            self._places.update(zip(chunk, range(start, start + _CHUNK), strict=False))
        self._starts = list(accumulate((group.count for group in groups), initial=0))
        self._tops = self._lines_before()

    def _lines_before(self) -> list[int]:
        """Return the line of every header, and after them the number of lines."""
        heights = (1 if g.key in self.folded else 1 + g.count for g in self.groups)
        return list(accumulate(heights, initial=0))

    def with_folded(self, folded: frozenset[str]) -> "Order":
        """Return the same order with these groups folded; it shares the keys."""
        other = object.__new__(Order)
        other.keys, other.groups, other.folded = self.keys, self.groups, folded
        other._places, other._starts = self._places, self._starts
        other._tops = other._lines_before()
        return other

    def __len__(self) -> int:
        """How many lines there are, headers included."""
        return self._tops[-1] if self.groups else len(self.keys)

    def __contains__(self, key: int) -> bool:
        """Whether an invoice is in the list, be it in a folded group."""
        return key in self._places

    @property
    def count(self) -> int:
        """How many invoices there are, folded ones included."""
        return len(self.keys)

    def rank(self, key: int | None) -> int | None:
        """Return how many invoices stand before one; None when it is not in the list."""
        return None if key is None else self._places.get(key)

    def place(self, key: int | None) -> int | None:
        """Return the line of an invoice or header; None when it is not to be seen."""
        if key is not None and is_header(key):
            number = number_of(key)
            return self._tops[number] if number < len(self.groups) else None
        rank = self.rank(key)
        if rank is None or not self.groups:
            return rank
        number = self._group_of(rank)
        if self.groups[number].key in self.folded:
            return None
        return self._tops[number] + 1 + rank - self._starts[number]

    def at(self, place: int) -> int:
        """Return what stands on a line."""
        if not self.groups:
            return self.keys[place]
        number = bisect_right(self._tops, place) - 1
        below = place - self._tops[number]
        return self.keys[self._starts[number] + below - 1] if below else header(number)

    def lines(self, top: int, bottom: int) -> list[int]:
        """Return what stands on some lines, as far as there are so many."""
        return [self.at(place) for place in range(max(0, top), min(bottom, len(self)))]

    def group(self, key: int | None) -> QueueGroup | None:
        """Return the group a header or an invoice belongs to."""
        header_key = self.header_of(key)
        return None if header_key is None else self.groups[number_of(header_key)]

    def header_of(self, key: int | None) -> int | None:
        """Return the header above an invoice, or the header itself."""
        if key is None or not self.groups:
            return None
        if is_header(key):
            return key if number_of(key) < len(self.groups) else None
        rank = self.rank(key)
        return None if rank is None else header(self._group_of(rank))

    def members(self, header_key: int) -> Sequence[int]:
        """Return the invoices of a group."""
        number = number_of(header_key)
        return self.keys[self._starts[number] : self._starts[number + 1]]

    def header_named(self, name: str) -> int | None:
        """Return the header of the group with this key."""
        found = (number for number, group in enumerate(self.groups) if group.key == name)
        return next((header(number) for number in found), None)

    def replace(self, old: int, new: int) -> None:
        """Put another key in one place (a request that was asked again)."""
        rank = self._places.pop(old, None)
        if rank is not None:
            self.keys[rank] = new
            self._places[new] = rank

    def _group_of(self, rank: int) -> int:
        return bisect_right(self._starts, rank) - 1


def is_header(key: int) -> bool:
    """Whether a line is the header of a group."""
    return key < 0


def header(number: int) -> int:
    """Return what stands for the header of the n-th group."""
    return -1 - number


def number_of(header_key: int) -> int:
    """Return the number of a header's group."""
    return -1 - header_key


@dataclass(frozen=True, slots=True)
class Listing:
    """A reading of the queue, ready to be shown."""

    order: Order
    waiting: int = 0
    """Open requests in the whole store, whatever the filter."""
    totals: Mapping[str, str] = field(default_factory=dict)
    change: int = 0
    """The store's change counter when this was read."""
    newest: int = 0
    """The largest key there was."""


@dataclass(frozen=True, slots=True)
class News:
    """The changes since the list on the screen was read."""

    new: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    """Answered or edited by somebody else."""
    change: int = 0
    waiting: int = 0


def listing_of(overview: QueueOverview) -> Listing:
    """Prepare a reading for the screen."""
    return Listing(
        Order(overview.keys, overview.groups),
        overview.waiting,
        overview.totals,
        overview.change,
        overview.newest,
    )


def news_of(read: QueueNews, shown: Order, own: Iterable[int]) -> News:
    """Tell what of a reading is news on this list; `own` decisions are none."""
    new = frozenset(key for key in read.new if key not in shown)
    gone = frozenset(key for key in read.answered if key in shown)
    return News(new, gone - frozenset(own), read.change, read.waiting)
