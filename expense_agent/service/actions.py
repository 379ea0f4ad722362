"""Requests of a front end to the engine; each carries exactly what the person saw.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expense_agent.domain.approval import Seen


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve exactly what was seen."""

    seen: Seen
    comment: str = ""
    bulk: bool = False
    """Whether it was one answer for many: of their categories that says little."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Reject what was seen; the reason is stored, never interpreted."""

    seen: Seen
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Change a waiting request; it comes back with a new fingerprint, and nobody is skipped."""

    seen: Seen
    changes: Mapping[str, str]
    """Any of "payable_amount" (decimal string), "category" (id), "due_date" (ISO), "account";
    "offset" (invoice id of an open credit) in place of an amount."""
    comment: str


@dataclass(frozen=True, slots=True)
class Park:
    """Put what was seen on hold until a day (the verdict "hold"); it stays open, out of the way."""

    seen: Seen
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """End a hold placed by a person before its day."""

    seen: Seen
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendBack:
    """Return what was seen to the agent for another look, with a question the next person sees."""

    seen: Seen
    question: str


@dataclass(frozen=True, slots=True)
class Comment:
    """Append a remark to a waiting invoice; what was seen stays answerable."""

    invoice_id: str
    text: str
    document: Path | None = None
    """A file to attach; a copy of it is kept."""
    asked: str | None = None
    """The interrupt that waited when its author looked: the remark is kept also if that was
    answered since. None: it is kept on what waits now, or refused."""


@dataclass(frozen=True, slots=True)
class Step:
    """Go on with a thread that is stepped through, into the node that was shown."""

    invoice_id: str
    step: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back an answer whose payment has not been exported; people decide anew."""

    invoice_id: str
    payment_id: int | None
    """The payment that was seen; None where a rejection was seen."""
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Ask again about a rejected or expired invoice, on a thread that names the old one."""

    invoice_id: str
    reason: str
