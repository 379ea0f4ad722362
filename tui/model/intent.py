"""A person's intent for one row, exactly as it was drawn, and as a line of a file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from expense_agent.domain.approval import Seen
from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    Approve,
    Comment,
    Edit,
    PutOnHold,
    QueueRow,
    Reject,
    Release,
    SendBack,
)

Decision = Approve | Reject | Edit | PutOnHold | Release | SendBack | Comment


@dataclass(frozen=True, slots=True)
class Intent:
    """One decision about one row, ready for the engine."""

    row: QueueRow
    what: Decision

    @property
    def verb(self) -> Verb:
        """The kind of decision."""
        return self.what.verb

    @property
    def reason(self) -> str:
        """The person's comment; "" if none."""
        match self.what:
            case SendBack(question=question):
                return question
            case Edit(changes=changes, comment=comment):
                return ", ".join([*(f"{name} {value}" for name, value in changes.items()), comment])
            case what:
                return str(getattr(what, "reason", ""))


_KINDS: tuple[type[Decision], ...] = (Approve, Reject, PutOnHold, SendBack, Release, Edit)
KEPT: dict[str, type[Decision]] = {kind.verb: kind for kind in _KINDS}
"""Decisions that are kept: all but notes, which answer nothing, and would stand there twice."""


def is_kept(intent: Intent) -> bool:
    """Whether it is one of those that are kept."""
    return intent.verb in KEPT


def to_line(intent: Intent) -> str:
    """Return a line of JSON."""
    said = {"key": intent.row.key, "verb": intent.verb, **asdict(intent.what)}
    return json.dumps(said, default=str)


def what_of(said: dict[str, Any]) -> Decision:
    """Return the decision of a line; raises KeyError, TypeError or ValueError when it is none."""
    fields = {name: value for name, value in said.items() if name not in ("key", "verb")}
    fields["seen"] = Seen(**fields["seen"])
    if "until" in fields:
        fields["until"] = date.fromisoformat(fields["until"])
    return KEPT[said["verb"]](**fields)


def still_asked(left: Mapping[int, Decision], rows: Sequence[QueueRow]) -> list[Intent]:
    """Return the intents about rows that still ask what the person has seen."""
    return [
        Intent(row, left[row.key])
        for row in rows
        if row.status == "open" and getattr(left[row.key], "seen", None) == row.seen
    ]
