"""Decisions that can still be taken back, and keys that are held down: each decides once.

A crash carries none of them out; `tui.unfinished` keeps them so that the next run can ask.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from expense_agent.domain.verbs import Verb
from expense_agent.environment import variable
from expense_agent.errors import UsageProblem
from tui.model.intent import Intent

GRACE_VARIABLE = "EXPENSE_AGENT_GRACE"
"""Names the seconds one decision can be taken back; 0: not at all."""
GRACE_SECONDS = 5.0
"""How long one decision can be taken back."""
SEVERAL = 6
"""How many times as long several together can be."""
LONGEST_SECONDS = 120.0
WITH_GRACE = frozenset({Verb.APPROVE, Verb.REJECT, Verb.HOLD, Verb.SEND_BACK})
"""Edits have a page of their own to be confirmed on; a note and a release harm nobody."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Intents made together, and when they are carried out together."""

    intents: tuple[Intent, ...]
    due: float


class Grace:
    """The intents of one terminal, oldest first."""

    def __init__(
        self, seconds: float = GRACE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._batches: list[Batch] = []
        self._due: dict[int, float] = {}

    def lasts(self, count: int = 1) -> float:
        """Return the seconds that so many decisions made together can be taken back."""
        return min(self._seconds * (SEVERAL if count > 1 else 1), LONGEST_SECONDS)

    def __len__(self) -> int:
        return len(self._due)

    def __contains__(self, key: int) -> bool:
        return key in self._due

    def takes(self, intents: Sequence[Intent]) -> bool:
        """Keep intents for their time; False: they have none and go at once."""
        seconds = self.lasts(len(intents))
        if seconds <= 0 or intents[0].verb not in WITH_GRACE:
            return False
        batch = Batch(tuple(intents), self._clock() + seconds)
        self._batches.append(batch)
        self._due |= dict.fromkeys((intent.row.key for intent in intents), batch.due)
        return True

    def left(self, key: int) -> int | None:
        """Return the seconds a key has left, rounded up; None: nothing is intended with it."""
        due = self._due.get(key)
        return None if due is None else max(0, math.ceil(due - self._clock()))

    def intent(self, key: int) -> Intent | None:
        """Return what is intended with a key."""
        return next((i for b in self._batches for i in b.intents if i.row.key == key), None)

    @property
    def newest(self) -> Batch | None:
        """The decisions `withdraw` would take back."""
        return self._batches[-1] if self._batches else None

    def withdraw(self) -> tuple[Intent, ...]:
        """Take back what was intended last."""
        return self._taken(self._batches[-1:])

    def withdraw_all(self) -> tuple[Intent, ...]:
        """Take everything back."""
        return self._taken(list(self._batches))

    def due(self) -> tuple[Intent, ...]:
        """Return what is to be carried out now; it can be taken back no more."""
        now = self._clock()
        return self._taken([batch for batch in self._batches if batch.due <= now])

    def _taken(self, batches: Sequence[Batch]) -> tuple[Intent, ...]:
        self._batches = [batch for batch in self._batches if batch not in batches]
        taken = tuple(intent for batch in batches for intent in batch.intents)
        for intent in taken:
            self._due.pop(intent.row.key, None)
        return taken


def grace_from(environ: Mapping[str, str]) -> float:
    """Read how many seconds one decision can be taken back; raises UsageProblem."""
    text = variable(GRACE_VARIABLE, environ) or str(GRACE_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_SECONDS:
        most = f"{LONGEST_SECONDS:.0f}"
        raise UsageProblem(f"{GRACE_VARIABLE}={text}: write seconds from 0 to {most}")
    return seconds


QUIET_SECONDS = 0.3
"""A deciding key counts only after this much silence of that key and of the list."""

BURST_SECONDS = 0.1
"""Two presses closer than this come from a key that is held down."""


class RepeatGuard:
    """Remembers when each deciding key was last heard and when the cursor last moved by itself."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: dict[str, float] = {}
        self._moved = float("-inf")
        self._gaps: dict[str, float] = {}

    def list_moved(self) -> None:
        """Note that what is under the cursor changed without a key of the person."""
        self._moved = self._clock()

    def allows(self, key: str) -> bool:
        """Whether this press counts; it is noted either way."""
        now = self._clock()
        heard = self._heard.get(key, float("-inf"))
        self._heard[key], self._gaps[key] = now, now - heard
        return now - max(heard, self._moved) >= QUIET_SECONDS

    def in_burst(self, key: str) -> bool:
        """Whether the latest press came as fast as a held key repeats, faster than a finger."""
        return self._gaps.get(key, BURST_SECONDS) < BURST_SECONDS
