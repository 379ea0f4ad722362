"""What a decision on several rows would do: who is in, who is out and why, and the sums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.policy import ROUTINE
from expense_agent.service import QueueRow
from tui.model.inbox import Inbox
from tui.model.progress import Verb
from tui.model.why_not import Desk, why_not

HIDDEN = "hidden by the filter; space puts it back"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a plan."""

    row: QueueRow
    out: str | None
    """Why it is left out; None: it is in."""
    may_return: bool = False
    """Whether the person can put it back."""


def needs_review(row: QueueRow) -> bool:
    """Whether approving it alone asks for the page with its holds first."""
    return any(hold.severity == "block" and hold.rule not in ROUTINE for hold in row.holds)


def plan(verb: Verb, rows: Sequence[QueueRow], inbox: Inbox, desk: Desk) -> tuple[Item, ...]:
    """Sort the marked rows into those that would be carried out and those left out."""
    return tuple(_item(verb, row, inbox, desk) for row in rows)


def _item(verb: Verb, row: QueueRow, inbox: Inbox, desk: Desk) -> Item:
    reason = why_not(verb, row, inbox, desk)
    if reason is None and verb is Verb.APPROVE and needs_review(row):
        worst = next(h for h in row.holds if h.severity == "block" and h.rule not in ROUTINE)
        reason = f"approve it on its own: {worst.reason}"
    if reason is None and row.key in inbox.hidden_marks:
        return Item(row, HIDDEN, may_return=True)
    return Item(row, reason)


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
