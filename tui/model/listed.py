"""The records of a list by place and by key, all at hand or only those in sight."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeVar

from tui.model.known import Known
from tui.model.order import Order

T = TypeVar("T")
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
