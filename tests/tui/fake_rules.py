"""The rules of the fake service: what becomes of one request. The contract suite keeps them true.

Sentences come from the domain wherever the engine takes them from there, too.
"""

from dataclasses import replace

from expense_agent.domain.approval import Seen, placed
from expense_agent.domain.policy import Hold
from expense_agent.domain.verbs import Verb, already_answered
from expense_agent.service import (
    Approve,
    AskedAgain,
    BeingEdited,
    Edit,
    Event,
    Expire,
    PutOnHold,
    QueueRow,
    Reject,
    Rejected,
    Release,
    Scheduled,
    SendBack,
)

Answer = Approve | Reject | Edit | PutOnHold | Release | SendBack | Expire
APPROVED_BEFORE = "you have approved it already: another person must decide"


def refusal(action: Answer, row: QueueRow, who: str, lease: BeingEdited | None) -> str | None:
    """Say why an action is not recorded, or None."""
    if row.status != "open":
        return already_answered(row.status, row.answered_by or "", row.answered_at or "")
    if row.seen != action.seen:
        return f"it changed since you looked (now {row.seen.fingerprint})"
    match action:
        case Expire() if not row.late:
            return f"{row.seen.invoice_id} has time until {row.expires_at}"
        case Release() if row.held_until is None:
            return f"{row.seen.invoice_id} is not on hold"
        case Edit() if lease and lease.by != who:
            return f"{lease.by} is editing it since {lease.since[11:16]} UTC"
        case Edit() if _edited(action, row) == row and "account" not in action.changes:
            return "the edit changes nothing"
        case Approve() if who in row.approved_by:
            return APPROVED_BEFORE
        case _:
            return None


def status_after(action: Answer) -> str:
    """Return how the request is answered then."""
    return "edited" if action.verb is Verb.EDIT else action.verb.value


def next_request(action: Answer, row: QueueRow, who: str) -> QueueRow | None:
    """Return the request an action leads to; None: the invoice is at rest."""
    match action:
        case Approve() if len(row.approved_by) + 1 < row.approvals_needed:
            so_far = (*row.approved_by, who)
            return _anew(replace(row, approved_by=so_far, level=row.level + 1), fingerprint=False)
        case Edit():
            return _anew(replace(_edited(action, row), round=row.round + 1))
        case PutOnHold(until=until, reason=reason):
            said = f"on hold until {until} by {who}: {reason}"
            held = replace(row, held_until=until.isoformat(), holds=_marked(row, "on_hold", said))
            return _anew(held)
        case Release():
            return _anew(replace(row, held_until=None, holds=_marked(row, "on_hold")))
        case SendBack(question=question):
            said = f"sent back by {who}: {question}"
            return _anew(replace(row, holds=_marked(row, "sent_back", said)))
        case _:
            return None


def asked_again(row: QueueRow) -> AskedAgain:
    """Tell that a request waits."""
    outcome, said = placed(row.holds if row.level == 1 else ())
    why = "waiting for a second approver" if row.level > 1 else "waiting for a person"
    return AskedAgain(row.seen.invoice_id, said or why, row.seen.fingerprint, outcome)


def at_rest(action: Answer, row: QueueRow, who: str) -> Event:
    """Tell how an invoice came to rest."""
    invoice_id = row.seen.invoice_id
    match action:
        case Reject(reason=reason):
            return Rejected(invoice_id, who, reason)
        case Expire():
            return Rejected(invoice_id, "clock", "nobody decided in time", expired=True)
        case _:
            day = row.due_date or "2026-12-01"
            return Scheduled(invoice_id, row.payable_amount, row.currency, day)


def _edited(action: Edit, row: QueueRow) -> QueueRow:
    return replace(
        row,
        payable_amount=action.changes.get("payable_amount", row.payable_amount),
        category=action.changes.get("category", row.category),
        due_date=action.changes.get("due_date", row.due_date),
    )


def _marked(row: QueueRow, rule: str, said: str = "") -> tuple[Hold, ...]:
    others = tuple(hold for hold in row.holds if hold.rule not in ("on_hold", "sent_back"))
    return (Hold(rule, "block", said), *others) if said else others


def _anew(row: QueueRow, *, fingerprint: bool = True) -> QueueRow:
    """Ask anew, under another interrupt and (unless the same is shown) another fingerprint."""
    number = row.key + 1000
    shown = f"fingerprint-{number}" if fingerprint else row.seen.fingerprint
    return replace(row, key=number, seen=Seen(row.seen.invoice_id, f"interrupt-{number}", shown))
