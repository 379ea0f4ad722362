"""How far a decision of this terminal has come, and the sentence a person reads.

A decision of which nothing has been heard for long is named.

Success is never said early: "submitted" is the ledger row, "scheduled" the payment read back.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    AskedAgain,
    Booked,
    Event,
    Failed,
    Noted,
    Paused,
    Refused,
    Rejected,
    Resumed,
    Revalidated,
    Scheduled,
    Submitted,
)
from tui.formatting import money


class Stage(IntEnum):
    """The steps on the way, in order."""

    SENT = 0
    SUBMITTED = 1
    RESUMED = 2
    REVALIDATED = 3
    DONE = 4


class Outcome(Enum):
    """How it ended."""

    SCHEDULED = "scheduled"
    BOOKED = "booked"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ASKED_AGAIN = "still waiting"
    HELD = "on hold"
    SENT_BACK = "sent back"
    NOTED = "noted"
    AT_STEP = "at a step"
    REFUSED = "refused"
    FAILED = "failed"


_PLACED = {"held": Outcome.HELD, "sent_back": Outcome.SENT_BACK}
_SAID_BY_ITS_REASON = {Verb.HOLD: Outcome.HELD, Verb.SEND_BACK: Outcome.SENT_BACK}
"""Verbs whose success the reason of the new request tells by itself."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One decision on its way; `outcome` is None until it has ended."""

    verb: Verb
    name: str
    """The person's name of the invoice: its number."""
    stage: Stage = Stage.SENT
    outcome: Outcome | None = None
    sentence: str = ""
    """The latest news in one sentence; may contain supplier text."""

    @property
    def running(self) -> bool:
        """Whether the end is still to come."""
        return self.outcome is None

    @property
    def failed(self) -> bool:
        """Whether it has ended without what was wanted."""
        return self.outcome in (Outcome.REFUSED, Outcome.FAILED)

    @property
    def may_be_repeated(self) -> bool:
        """Whether nothing came of it, so that it can be decided again."""
        return self.outcome is Outcome.REFUSED


def begun(verb: Verb, name: str) -> Progress:
    """Return the progress of a decision that has just left for the engine."""
    return Progress(verb, name, sentence=f"{name}: {verb.noun} sent")


def advanced(before: Progress, event: Event) -> Progress:
    """Return the progress after one event."""
    stage, outcome, said = _told(before.verb, event)
    return Progress(before.verb, before.name, stage, outcome, f"{before.name}: {said}")


def _told(verb: Verb, event: Event) -> tuple[Stage, Outcome | None, str]:
    match event:
        case Submitted():
            return Stage.SUBMITTED, None, f"{verb.noun} submitted"
        case Resumed():
            return Stage.RESUMED, None, "submitted, resumed"
        case Revalidated(news=news):
            found = f", new: {news[0].reason}" if news else ""
            return Stage.REVALIDATED, None, f"submitted, resumed, re-validated{found}"
        case _:
            return (Stage.DONE, *_ended(verb, event))


def ending(verb: Verb, event: Event) -> str:
    """Return the sentence with which an action ends, without the name of the invoice."""
    return _ended(verb, event)[1]


def _ended(verb: Verb, event: Event) -> tuple[Outcome, str]:
    match event:
        case Scheduled(amount=amount, currency=currency, execution_date=day):
            return Outcome.SCHEDULED, f"scheduled for {day}: {money(amount, currency)}"
        case Booked():
            return Outcome.BOOKED, "booked, nothing is transferred"
        case Rejected(by=by, expired=True):
            return Outcome.EXPIRED, f"expired, not paid ({by})"
        case Rejected(by=by, reason=reason):
            return Outcome.REJECTED, f"rejected by {by}: {reason}"
        case AskedAgain():
            return _asked_again(verb, event)
        case Noted(why=why):
            return Outcome.NOTED, f"{verb.past}; {why}"
        case Paused(step=step):
            return Outcome.AT_STEP, f"{verb.noun} recorded; the next step is {_words(step)}"
        case Refused(reason=reason):
            return Outcome.REFUSED, f"{reason}; your {verb.noun} was not recorded"
        case Failed(reason=reason):
            return Outcome.FAILED, f"needs attention: {reason}"
        case _:
            raise AssertionError(f"{event} is not an ending")


def _asked_again(verb: Verb, event: AskedAgain) -> tuple[Outcome, str]:
    outcome = _PLACED.get(event.outcome, Outcome.ASKED_AGAIN)
    if verb is Verb.NOTE:
        return outcome, verb.past
    if event.lapsed:
        return outcome, f"waits again: {event.why}"
    if outcome is _SAID_BY_ITS_REASON.get(verb):
        return outcome, event.why  # "on hold until ...", "sent back by ..."
    return outcome, f"{verb.past}; {event.why}"


def _words(node: str) -> str:
    return node.replace("_", " ")


def summary(together: Sequence[Progress]) -> str:
    """Say how far decisions made together are: "12 of 30: 11 scheduled, 1 refused"."""
    ended = Counter(one.outcome.value for one in together if one.outcome)
    counts = ", ".join(f"{count} {word}" for word, count in ended.most_common())
    return f"{ended.total()} of {len(together)}: {counts or 'on their way'}"


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
