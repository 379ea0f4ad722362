"""Records read of a long list, by key; the oldest are forgotten first."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
KEPT_ROWS = 2000
"""Rows remembered of a list."""


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    row: T | None
    """None: the store does not know this key."""
    reading: int


class Known(Generic[T]):
    """Rows by key, and whether they were read since the store last changed."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known[T]] = OrderedDict()
        self._reading = 0

    def forget(self) -> None:
        """Read everything anew."""
        self._known.clear()

    def outdate(self) -> None:
        """Note that the store has changed: what is drawn stays, and is read again."""
        self._reading += 1

    def get(self, key: int | None) -> T | None:
        """Return a row as it is drawn."""
        known = self._known.get(key) if key is not None else None
        return known.row if known else None

    def put(self, key: int, row: T | None) -> None:
        """Draw this from now on."""
        self._known[key] = _Known(row, self._reading)
        self._known.move_to_end(key)
        while len(self._known) > KEPT_ROWS:
            self._known.popitem(last=False)

    def take(self, asked: Iterable[int], read: Mapping[int, T]) -> None:
        """Draw what was read; what was asked for and is not there is not asked for again."""
        for key in asked:
            self.put(key, read.get(key))

    def wanted(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Return those keys that have not been read since the store last changed."""
        return tuple(key for key in keys if not self._is_fresh(key))

    def _is_fresh(self, key: int) -> bool:
        known = self._known.get(key)
        return known is not None and known.reading == self._reading
