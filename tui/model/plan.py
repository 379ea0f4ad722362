"""The plan of a decision on several rows: who is in, who is out and why, and the sums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy, is_routine
from expense_agent.domain.verbs import Verb
from expense_agent.service import QueueRow
from tui.model.availability import Desk, edited_now, why_not
from tui.model.inbox import Inbox

HIDDEN = "hidden by the filter; space puts it back"
OUTDATED = "changed since you marked it; mark it again to decide about it as it is now"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a plan."""

    row: QueueRow
    out: str | None
    """Why it is left out; None: it is in."""
    may_return: bool = False
    """Whether the person can put it back."""


def blocks_bulk(row: QueueRow) -> Hold | None:
    """Return what has it approved on its own only: something blocks that is more than routine."""
    return next((h for h in row.holds if h.severity == "block" and not is_routine(h)), None)


def needs_review(row: QueueRow, policy: Policy) -> bool:
    """Whether approving it alone asks for the page with its holds first.

    What is routine has none: a page for each would only train the reflex to close it.
    """
    deserves_a_look = not all(map(is_routine, row.holds))
    return deserves_a_look or _is_above(row, policy.confirm.page_above, policy)


def to_be_typed(verb: Verb, rows: Sequence[QueueRow], policy: Policy) -> str | None:
    """Return what has to be typed before this is carried out: a count, an amount, or nothing."""
    lines = policy.confirm
    if verb not in (Verb.APPROVE, Verb.REJECT) or not rows:
        return None
    if len(rows) == 1:
        large = verb is Verb.APPROVE and _is_above(rows[0], lines.amount_above, policy)
        return rows[0].payable_amount if large else None
    over_line = any(
        _based(total, currency, policy) > lines.sum_above
        for currency, total in totals(rows).items()
    )
    return str(len(rows)) if len(rows) > lines.count_above or over_line else None


def is_typed(expected: str | None, text: str) -> bool:
    """Whether the text is what has to be typed, thousands separators or not."""
    return expected is None or text.strip().replace(",", "") == expected


def _is_above(row: QueueRow, line: Decimal, policy: Policy) -> bool:
    return _based(row.payable_amount or "0", row.currency, policy) > line


def _based(amount: str, currency: str, policy: Policy) -> Decimal:
    """Return the size of an amount in base currency; without a rate, the number as it is."""
    size = abs(Decimal(amount))
    based = policy.in_base_currency(Money(size, currency))
    return size if based is None else based.amount


def plan(verb: Verb, rows: Sequence[QueueRow], inbox: Inbox, desk: Desk) -> tuple[Item, ...]:
    """Sort the marked rows into those that would be carried out and those left out."""
    return tuple(_item(verb, row, inbox, desk) for row in rows)


def _item(verb: Verb, row: QueueRow, inbox: Inbox, desk: Desk) -> Item:
    reason, drawn = why_not(verb, row, inbox, desk), inbox.row(row.key)
    if reason is None and drawn and drawn.seen != row.seen:  # drawn anew by R since the mark
        reason = OUTDATED
    if reason is None and verb is Verb.APPROVE and (worst := blocks_bulk(row)):
        reason = f"approve it on its own: {worst.reason}"
    if reason is None and (editing := edited_now(row, inbox)):
        reason = f"{editing}: decide it on its own"
    if reason is None and row.key in inbox.hidden_marks:
        return Item(row, HIDDEN, may_return=True)
    return Item(row, reason)


def left_out(items: Sequence[Item]) -> Mapping[str, int]:
    """Count the reasons why items are left out, the commonest first; accounts make no new ones."""
    return dict(Counter(_kind(item.out) for item in items if item.out).most_common())


def _kind(reason: str) -> str:
    """Return the common part of many reasons: "approve it on its own: the bank account changed"."""
    return ": ".join(reason.split(": ")[:2])


def included(items: Sequence[Item]) -> tuple[QueueRow, ...]:
    """Return the rows that would be carried out."""
    return tuple(item.row for item in items if item.out is None)


def totals(rows: Sequence[QueueRow]) -> Mapping[str, str]:
    """Add up payable amounts currency by currency, exact, as decimal strings."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.payable_amount:
            sums[row.currency] = sums.get(row.currency, Decimal(0)) + Decimal(row.payable_amount)
    return {currency: format(amount, "f") for currency, amount in sums.items()}


def holds_by_rule(rows: Sequence[QueueRow]) -> Mapping[str, int]:
    """Count rows per rule, the commonest first."""
    return dict(Counter(rule for row in rows for rule in {h.rule for h in row.holds}).most_common())
