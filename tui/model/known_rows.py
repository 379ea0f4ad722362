"""The rows that have been read, as they are drawn; the oldest are forgotten first."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from expense_agent.service import QueueRow

KEPT_ROWS = 2000
"""Rows remembered besides the marked ones and those being decided."""


@dataclass(frozen=True, slots=True)
class _Known:
    row: QueueRow | None
    """None: the store does not know this key."""
    reading: int


class KnownRows:
    """Rows by key, and whether they were read since the store last changed."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._reading = 0
        self.changed: set[int] = set()
        """Keys whose request is not any more what is drawn."""

    def forget(self) -> None:
        """Read everything anew."""
        self._known.clear()
        self.changed.clear()

    def outdate(self) -> None:
        """Note that the store has changed: what is drawn stays, and is read again."""
        self._reading += 1

    def get(self, key: int | None) -> QueueRow | None:
        """Give a row as it is drawn."""
        known = self._known.get(key) if key is not None else None
        return known.row if known else None

    def put(self, key: int, row: QueueRow | None) -> None:
        """Draw this from now on."""
        self._known[key] = _Known(row, self._reading)
        self._known.move_to_end(key)
        while len(self._known) > KEPT_ROWS:
            self._known.popitem(last=False)

    def wanted(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Give those keys that have not been read since the store last changed."""
        return tuple(key for key in keys if not self._is_fresh(key))

    def _is_fresh(self, key: int) -> bool:
        known = self._known.get(key)
        return known is not None and known.reading == self._reading

    def learn(self, asked: Sequence[int], rows: Iterable[QueueRow]) -> None:
        """Take in what was read. A request that is not what is drawn is marked, not redrawn."""
        read = {row.key: row for row in rows}
        for key in asked:
            drawn, row = self.get(key), read.get(key)
            if drawn and row and drawn.seen != row.seen:
                self.changed.add(key)
                row = drawn
            self.put(key, row)
