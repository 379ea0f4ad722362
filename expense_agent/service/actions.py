"""Requests of a front end to the engine; each carries exactly what the person saw.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from expense_agent.domain.approval import Seen
from expense_agent.domain.verbs import Verb


@dataclass(frozen=True, slots=True)
class _OnRequest:
    """An action about one request, as it was seen."""

    seen: Seen

    @property
    def invoice_id(self) -> str:
        """Return the id of the invoice the request is about."""
        return self.seen.invoice_id


@dataclass(frozen=True, slots=True)
class Approve(_OnRequest):
    """Approve exactly what was seen."""

    verb: ClassVar = Verb.APPROVE
    comment: str = ""
    bulk: bool = False
    """Whether it was one answer for many: of their categories that says little."""


@dataclass(frozen=True, slots=True)
class Reject(_OnRequest):
    """Reject what was seen; the reason is stored, never interpreted."""

    verb: ClassVar = Verb.REJECT
    reason: str


@dataclass(frozen=True, slots=True)
class Edit(_OnRequest):
    """Change a waiting request; it comes back with a new fingerprint, and nobody is skipped."""

    verb: ClassVar = Verb.EDIT
    changes: Mapping[str, str]
    """Any of "payable_amount" (decimal string), "category" (id), "due_date" (ISO), "account";
    "offset" (invoice id of an open credit) in place of an amount."""
    comment: str


@dataclass(frozen=True, slots=True)
class PutOnHold(_OnRequest):
    """Put what was seen on hold until a day (the verdict "hold"); it stays open, out of the way."""

    verb: ClassVar = Verb.HOLD
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Release(_OnRequest):
    """End a hold placed by a person before its day."""

    verb: ClassVar = Verb.RELEASE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendBack(_OnRequest):
    """Return what was seen to the agent for another look, with a question the next person sees."""

    verb: ClassVar = Verb.SEND_BACK
    question: str


@dataclass(frozen=True, slots=True)
class Expire(_OnRequest):
    """Close a request whose time has run out, on behalf of the clock; never by approving."""

    verb: ClassVar = Verb.EXPIRE


@dataclass(frozen=True, slots=True)
class Comment:
    """Append a note to a waiting invoice; what was seen stays answerable."""

    verb: ClassVar = Verb.NOTE
    invoice_id: str
    text: str
    document: Path | None = None
    """A file to attach; a copy of it is kept."""
    asked: str | None = None
    """The interrupt that waited when its author looked: the note is kept also if that was
    answered since. None: it is kept on what waits now, or refused."""


@dataclass(frozen=True, slots=True)
class Step:
    """Go on with a thread that is stepped through, into the node that was shown."""

    verb: ClassVar = Verb.STEP
    invoice_id: str
    step: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back an answer whose payment has not been exported; people decide anew."""

    verb: ClassVar = Verb.UNDO
    invoice_id: str
    payment_id: int | None
    """The payment that was seen; None where a rejection was seen."""
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Ask again about a rejected or expired invoice, on a thread that names the old one."""

    verb: ClassVar = Verb.REOPEN
    invoice_id: str
    reason: str


Recorded = Approve | Reject | Edit | PutOnHold | Release | SendBack | Expire | Step | Undo | Reopen
"""Actions that are written down first and then carried out by the thread."""
Action = Recorded | Comment
