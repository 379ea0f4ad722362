"""Why an action is not possible now: one function for footer, key press and review.

The engine checks again; this only spares a person the key press and says the same sooner.
"""

from dataclasses import dataclass

from expense_agent.domain.verbs import Verb, answered
from expense_agent.service import BeingEdited, QueueRow
from tui.formatting import clock_time
from tui.model.inbox import Inbox
from tui.model.progress import Outcome

_FEW = 3
"""So many people are named to whom a request is left."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The facts of every row: who sits here and what stands in their way."""

    approver: str = ""
    read_only: bool = False
    why_read_only: str | None = None
    """Why the store itself can only be read, in one line; None: the person has chosen so."""
    not_an_approver: str | None = None
    """The policy's reason why this person may decide nothing at all."""


def why_not(verb: Verb, row: QueueRow | None, inbox: Inbox, desk: Desk) -> str | None:
    """Say why this person cannot do this to this row now, or None: they can."""
    if desk.read_only:
        return f"read-only: {desk.why_read_only or 'start without --read-only to decide'}"
    if row is None:
        return _no_row(inbox)
    if intent := inbox.grace.intent(row.key):
        left = inbox.grace.left(row.key)
        return f"your {intent.verb.noun} is carried out in {left} s: z takes it back"
    progress = inbox.progress.get(row.key)
    if progress and progress.outcome is not Outcome.REFUSED:
        return f"your {progress.verb.noun} is {'on its way' if progress.running else 'done'}"
    if row.status != "open":
        return answered_by(row)
    if row.key in inbox.changed:
        return "changed since you looked: R shows what waits now"
    if row.late and verb is not Verb.NOTE:
        return row.why_not
    if desk.not_an_approver and verb is not Verb.NOTE:
        return desk.not_an_approver
    if verb is Verb.EDIT and (editing := edited_now(row, inbox)):
        return editing
    return _not_mine(row) if verb is Verb.APPROVE else None


def _not_mine(row: QueueRow) -> str | None:
    """Say why it is for somebody else, and for whom if the policy names few."""
    few = row.waits_for if len(row.waits_for) <= _FEW else ()
    return f"{row.why_not}; waiting for {' or '.join(few)}" if few else row.why_not


def _no_row(inbox: Inbox) -> str:
    if inbox.cursor is None:
        return "nothing is under the cursor"
    if inbox.group_under_cursor:
        return "this is a group: Space marks all of it, Enter shows or hides it"
    return "the row is still being read"


def edited_now(row: QueueRow, inbox: Inbox) -> str | None:
    """Say who else has its edit form open, and since when; None: nobody."""
    lease = inbox.editing.get(row.seen.invoice_id)
    return being_edited(lease) if lease else None


def being_edited(lease: BeingEdited) -> str:
    """Say who is editing an invoice, and since when."""
    return f"{lease.by} is editing it since {clock_time(lease.since)[:5]}"


def answered_by(row: QueueRow) -> str:
    """Say who answered a request, how and when."""
    what = answered(row.status)
    by = f" by {row.answered_by}" if row.answered_by else ""
    at = f" at {clock_time(row.answered_at)}" if row.answered_at else ""
    return f"already {what}{by}{at}"
