"""The state of a row as a word, a symbol and a tone: never by colour alone."""

from dataclasses import dataclass
from typing import Literal

from expense_agent.service import QueueRow
from tui.model.inbox import Inbox
from tui.model.progress import Outcome, Progress, Stage
from tui.symbols import ASCII

Tone = Literal["ready", "quiet", "busy", "good", "bad", "alarm"]


@dataclass(frozen=True, slots=True)
class RowState:
    """The content of the ST column."""

    symbol: str
    word: str
    tone: Tone

    def shown(self, *, ascii_only: bool) -> str:
        """Return symbol and word, with a symbol every terminal has if asked."""
        return f"{ASCII[self.symbol] if ascii_only else self.symbol} {self.word}"


_ENDED: dict[Outcome, RowState] = {
    Outcome.SCHEDULED: RowState("✓", "sched", "good"),
    Outcome.BOOKED: RowState("✓", "booked", "good"),
    Outcome.REJECTED: RowState("✗", "reject", "bad"),
    Outcome.EXPIRED: RowState("⊘", "expired", "quiet"),
    Outcome.ASKED_AGAIN: RowState("▴", "again", "alarm"),
    Outcome.HELD: RowState("⧗", "on hold", "quiet"),
    Outcome.SENT_BACK: RowState("↺", "back", "quiet"),
    Outcome.NOTED: RowState("▴", "changed", "alarm"),
    Outcome.AT_STEP: RowState("▸", "step", "quiet"),
    Outcome.REFUSED: RowState("▴", "refused", "alarm"),
    Outcome.FAILED: RowState("⚑", "failed", "alarm"),
}
_ANSWERED: dict[str, RowState] = {
    "approve": RowState("✓", "approve", "good"),
    "reject": RowState("✗", "reject", "bad"),
    "expire": RowState("⊘", "expired", "quiet"),
}
_CHANGED = RowState("▴", "changed", "alarm")
_FOR_NOTHING = (Outcome.REFUSED, Outcome.NOTED)
"""Of the row they tell nothing: somebody else has answered it."""
_EDITED = RowState("▹", "edit", "busy")


def row_state(row: QueueRow, inbox: Inbox, approver: str) -> RowState:
    """Return the state of a row as this person should see it."""
    if (left := inbox.grace.left(row.key)) is not None:
        return RowState("▸", f"in {left}s", "busy")
    progress = inbox.progress.get(row.key)
    if progress and (progress.outcome not in _FOR_NOTHING or row.status == "open"):
        return _of_progress(progress)
    if row.key in inbox.changed:
        return _CHANGED
    if row.status != "open":
        return _of_answer(row)
    if row.seen.invoice_id in inbox.editing:
        return _EDITED
    return _of_waiting(row, approver)


def _of_progress(progress: Progress) -> RowState:
    if progress.outcome is not None:
        return _ENDED[progress.outcome]
    if progress.stage is Stage.SENT:
        return RowState("▸", "sent", "busy")
    return RowState("▹", f"{progress.stage.value}/{Stage.DONE.value}", "busy")


def _of_answer(row: QueueRow) -> RowState:
    known = _ANSWERED.get(row.status, _CHANGED)
    return RowState(known.symbol, row.answered_by or known.word, known.tone)


def _of_waiting(row: QueueRow, approver: str) -> RowState:
    if row.late:
        return RowState("⊘", "late", "quiet")
    if row.held_until:
        return RowState("⧗", row.held_until[5:], "quiet")
    if any(not hold.overridable for hold in row.holds):
        return RowState("◉", "fix it", "alarm")
    if approver in row.approved_by or (row.approved_by and row.why_not):
        return RowState("◔", f"{len(row.approved_by)} of {row.approvals_needed}", "quiet")
    if row.why_not:
        return RowState("◌", _awaited(row), "quiet")
    if row.approvals_needed > 1:
        return RowState("◉", "you 2nd" if row.approved_by else "you 1st", "ready")
    return RowState("◉", "you", "ready")


def _awaited(row: QueueRow) -> str:
    """Name the one person or the role it waits for; several people are "other"."""
    if len(row.waits_for) == 1:
        return row.waits_for[0]
    return row.wanted if row.wanted not in ("", "anybody") else "other"
