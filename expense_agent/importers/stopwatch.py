"""How long the making of something has taken, without what is done with it in between."""

import time
from collections.abc import Iterator
from typing import TypeVar

_Item = TypeVar("_Item")


class Stopwatch:
    """Adds up the time that iterators need for their items."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, items: Iterator[_Item]) -> Iterator[_Item]:
        """Pass the items on."""
        while True:
            began = time.monotonic()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self.seconds += time.monotonic() - began
            yield item
