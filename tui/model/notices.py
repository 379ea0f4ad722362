"""Sentences of this run: the one on the status line, and all that are gone from it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


class Status:
    """Holds one sentence, until the next one or until it is of no use any more."""

    def __init__(self) -> None:
        self._sentence = ""

    @property
    def sentence(self) -> str:
        """The newest sentence; may contain supplier text. "" where there is none."""
        return self._sentence

    def tell(self, sentence: str) -> None:
        """Put a sentence in the place of the one before; "" only takes that away."""
        self._sentence = sentence


KEPT = 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, when it was told, and the invoice it is about ("" for none)."""

    number: int
    at: datetime
    text: str
    invoice_id: str = ""


class Notices:
    """The log of notices, the newest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: deque[Notice] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, text: str, invoice_id: str = "") -> None:
        """Keep a sentence."""
        self._count += 1
        self._kept.appendleft(Notice(self._count, self._now(), text, invoice_id))

    @property
    def newest_first(self) -> tuple[Notice, ...]:
        """All that are kept."""
        return tuple(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
