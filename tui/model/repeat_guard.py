"""A held key decides once: repeats, and keys just after the list moved by itself, do not count."""

from collections.abc import Callable

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
