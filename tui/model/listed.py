"""The records of a list by place and by key; the oldest that were read are forgotten first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from expense_agent.service import QueueRow
from tui.model.order import Order

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


class KnownRows(Known[QueueRow]):
    """Requests by key. One that is not what is drawn any more is marked, not redrawn."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: set[int] = set()
        """Keys whose request is not any more what is drawn."""

    def forget(self) -> None:
        """Read everything anew."""
        super().forget()
        self.changed.clear()

    def learn(self, asked: Sequence[int], rows: Iterable[QueueRow]) -> None:
        """Take in what was read. A request that is not what is drawn is marked, not redrawn."""
        read = {row.key: row for row in rows}
        for key in asked:
            drawn, row = self.get(key), read.get(key)
            if drawn and row and drawn.seen != row.seen:
                self.changed.add(key)
                row = drawn
            self.put(key, row)


T_co = TypeVar("T_co", covariant=True)


class Listed(Protocol[T_co]):
    """Records in their order."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def key(self, place: int) -> Hashable:
        """Return the key of the record on a line."""
        ...

    def place(self, key: Hashable) -> int | None:
        """Return the line of a key; None when it is not listed."""
        ...

    def record(self, place: int) -> T_co | None:
        """Return the record on a line; None while it has not been read."""
        ...


class AtHand(Listed[T]):
    """Records that are all here."""

    def __init__(
        self, records: Sequence[T] = (), key: Callable[[T], Hashable] = lambda _: None
    ) -> None:
        self._records = records
        self._key = key
        self._places = {key(record): place for place, record in enumerate(records)}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._records)

    def key(self, place: int) -> Hashable:
        """Return the key of the record on a line."""
        return self._key(self._records[place])

    def place(self, key: Hashable) -> int | None:
        """Return the line of a key; None when it is not listed."""
        return self._places.get(key)

    def record(self, place: int) -> T:
        """Return the record on a line."""
        return self._records[place]


class InPages(Listed[T]):
    """Records of which only the keys are all here: the others are read when they are looked at."""

    def __init__(self, order: Order, known: Known[T]) -> None:
        self._order = order
        self._known = known

    def __len__(self) -> int:
        """How many there are."""
        return len(self._order)

    def key(self, place: int) -> int:
        """Return the key of the record on a line."""
        return self._order.at(place)

    def place(self, key: Any) -> int | None:
        """Return the line of a key; None when it is not listed."""
        return self._order.place(key)

    def record(self, place: int) -> T | None:
        """Return the record on a line; None while it has not been read."""
        return self._known.get(self._order.at(place))

    def wanted(self, top: int, bottom: int) -> tuple[int, ...]:
        """Return the keys on some lines whose records are not known, or have changed since."""
        return self._known.wanted(self._order.lines(top, bottom))
