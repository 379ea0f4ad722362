"""The header of a group in the list: what brings its invoices together, how many, how much."""

from datetime import date, timedelta

from expense_agent.service import GroupKey, QueueGroup
from tui.formatting import counted, crop, totals_that_fit
from tui.safe_text import inert
from tui.widgets.queue_columns import LEAD

_NAME, _SHORT_NAME = 36, 22
"""Cells for the name, in a wide list and in a narrow one."""
_WIDE = 90
_COUNT = 15
_WEEK = timedelta(days=7)


def group_name(group: QueueGroup, by: GroupKey, today: date) -> str:
    """Return what the invoices of a group have in common."""
    if by == "supplier":
        return inert(group.name) or "no supplier named"
    if by == "due":
        return _due(group.key, today)
    if group.routine:
        return "only routine holds"
    if group.name == "over_limit":
        return "over limit, and more"
    return inert(group.name.replace("_", " ")) or "nothing on it"


def _due(key: str, today: date) -> str:
    if key in ("", "-"):
        return "overdue" if key else "no due date"
    monday = date.fromisoformat(key)
    this_monday = today - timedelta(days=today.weekday())
    if monday == this_monday:
        return "due this week"
    if monday == this_monday + _WEEK:
        return "due next week"
    return f"due in the week of {key}"


def group_line(  # noqa: PLR0913 - what stands in one line
    group: QueueGroup, name: str, width: int, *, folded: bool, marked: int, currency: str
) -> str:
    """Return the line, without the cells of the cursor; `currency` is summed up first."""
    room = width - LEAD
    sign = "+" if folded else "-"
    many = f"  {marked:,} marked" if marked else ""
    count = counted(group.count, "invoice")
    name_room = _NAME if room > _WIDE else min(_SHORT_NAME, max(0, room - _COUNT - len(many) - 4))
    left = f"{sign} {crop(name, name_room)} {count.rjust(_COUNT)}{many}   "
    return left + totals_that_fit(group.totals, currency, max(0, room - len(left)))
