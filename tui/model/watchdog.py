"""Notices decisions on their way of which nothing has been heard for long; says so once each."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tui.model.progress import Progress

SILENCE = timedelta(seconds=20)
"""A run of a few nodes takes well under a second; a locked store gives up after some more."""


class Watchdog:
    """Keeps when each running decision was last heard of."""

    def __init__(self) -> None:
        self._heard: dict[int, datetime] = {}
        self._told: set[int] = set()

    def heard(self, keys: Iterable[int], now: datetime) -> None:
        """Note that there is news of these decisions."""
        for key in keys:
            self._heard[key] = now
            self._told.discard(key)

    def stalled(self, progress: Mapping[int, Progress], now: datetime) -> list[str]:
        """Return a sentence for each decision that has just become too quiet."""
        running = {key: one for key, one in progress.items() if one.running}
        self._heard = {key: self._heard.get(key, now) for key in running}
        quiet = [
            key
            for key, since in self._heard.items()
            if now - since >= SILENCE and key not in self._told
        ]
        self._told.update(quiet)
        return [_sentence(running[key], now - self._heard[key]) for key in quiet]


def _sentence(progress: Progress, silence: timedelta) -> str:
    seconds = silence.total_seconds()
    advice = "nothing is lost: it goes on by itself, else `expense-agent recover` finishes it"
    return f"{progress.sentence}; no news for {seconds:.0f} s, perhaps the store is busy: {advice}"
