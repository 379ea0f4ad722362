"""What a decision on several rows would do: who is in, who is out and why, and the sums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.policy import ROUTINE
from expense_agent.service import QueueRow
from tui.model.inbox import Inbox
from tui.model.progress import Verb
from tui.model.why_not import Desk, edited_now, why_not

HIDDEN = "hidden by the filter; space puts it back"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a plan."""

    row: QueueRow
    out: str | None
    """Why it is left out; None: it is in."""
    may_return: bool = False
    """Whether the person can put it back."""


MANY = 20
"""More invoices than this in one go are confirmed by typing their number."""
CONFIRM_LINE = Decimal(10_000)
"""Above this in any currency a single approval has a page of its own, and a set is typed."""
LARGE = Decimal(100_000)
"""Above this a single approval is confirmed by typing the amount."""
_EVERYDAY = frozenset({"category_unsure"})
"""Warnings so common that a page for each would only train the reflex to close it."""


def blocks_bulk(row: QueueRow) -> bool:
    """Whether it may be approved on its own only: something blocks that is more than routine."""
    return any(hold.severity == "block" and hold.rule not in ROUTINE for hold in row.holds)


def needs_review(row: QueueRow) -> bool:
    """Whether approving it alone asks for the page with its holds first."""
    warned = any(h.severity == "warn" and h.rule not in _EVERYDAY for h in row.holds)
    return blocks_bulk(row) or warned or _amount(row) > CONFIRM_LINE


def to_be_typed(verb: Verb, rows: Sequence[QueueRow]) -> str | None:
    """Give what has to be typed before this is carried out: a count, an amount, or nothing."""
    if verb not in (Verb.APPROVE, Verb.REJECT) or not rows:
        return None
    if len(rows) == 1:
        large = verb is Verb.APPROVE and _amount(rows[0]) > LARGE
        return rows[0].payable_amount if large else None
    over_line = any(Decimal(total) > CONFIRM_LINE for total in totals(rows).values())
    return str(len(rows)) if len(rows) > MANY or over_line else None


def is_typed(expected: str | None, text: str) -> bool:
    """Whether the text is what has to be typed, thousands separators or not."""
    return expected is None or text.strip().replace(",", "") == expected


def _amount(row: QueueRow) -> Decimal:
    return abs(Decimal(row.payable_amount or 0))


def plan(verb: Verb, rows: Sequence[QueueRow], inbox: Inbox, desk: Desk) -> tuple[Item, ...]:
    """Sort the marked rows into those that would be carried out and those left out."""
    return tuple(_item(verb, row, inbox, desk) for row in rows)


def _item(verb: Verb, row: QueueRow, inbox: Inbox, desk: Desk) -> Item:
    reason = why_not(verb, row, inbox, desk)
    if reason is None and verb is Verb.APPROVE and blocks_bulk(row):
        worst = next(h for h in row.holds if h.severity == "block" and h.rule not in ROUTINE)
        reason = f"approve it on its own: {worst.reason}"
    if reason is None and (editing := edited_now(row, inbox)):
        reason = f"{editing}: decide it on its own"
    if reason is None and row.key in inbox.hidden_marks:
        return Item(row, HIDDEN, may_return=True)
    return Item(row, reason)


def left_out(items: Sequence[Item]) -> Mapping[str, int]:
    """Count the reasons why items are left out, the commonest first."""
    return dict(Counter(item.out for item in items if item.out).most_common())


def included(items: Sequence[Item]) -> tuple[QueueRow, ...]:
    """Give the rows that would be carried out."""
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
