"""Draws one line of the queue: an invoice, or the header of a group."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from expense_agent.service import GroupKey, QueueGroup
from tui.formatting import counted, crop, totals_that_fit
from tui.model.inbox import Inbox
from tui.model.order import is_header
from tui.model.row_state import row_state
from tui.safe_text import inert
from tui.session import Session
from tui.widgets.queue_columns import LEAD, cells, texts

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


TONES = ("ready", "quiet", "busy", "good", "bad", "alarm")
"""The moods of a state; each has a style of its own."""


def nothing_here(inbox: Inbox) -> str:
    """Say why the list is empty, and what to do."""
    if not inbox.loaded or len(inbox.order):
        return ""
    if inbox.look.filter:
        return "nothing matches the filter: Esc takes it away"
    if inbox.listing.waiting:
        return "nothing in this view: ] shows the next one"
    return "nothing waits for anybody: 2, then i imports invoices"


class QueuePainter:
    """Knows how lines look; where they stand is the table's business."""

    def __init__(self, session: Session, style: Callable[[str], Style]) -> None:
        self._session = session
        self._inbox = session.inbox
        self._style = style
        self._marked: Counter[int | None] | None = None
        """How many marks each header has below it; None: to be counted."""

    def marks_changed(self) -> None:
        """Count the marks of the groups anew."""
        self._marked = None

    def strip(self, place: int, width: int) -> Strip:
        """Draw what stands on a line of the list, or nothing after its end."""
        order = self._inbox.order
        if place >= len(order):
            said = nothing_here(self._inbox) if place == 1 else ""
            return Strip([Segment(f"{'':{LEAD}}{said}".ljust(width), self._style("row"))])
        key = order.at(place)
        segments = self._group(key, width) if is_header(key) else self._invoice(key, width)
        return Strip(segments).adjust_cell_length(width, self._style("row"))

    def _group(self, key: int, width: int) -> Iterator[Segment]:
        inbox, session = self._inbox, self._session
        group = inbox.order.group(key)
        assert group is not None, "a header is that of a group"
        if self._marked is None:
            self._marked = Counter(map(inbox.order.header_of, inbox.marks))
        cursor = key == inbox.cursor
        text = group_line(
            group,
            group_name(group, inbox.look.group, session.now().date()),
            width,
            folded=group.key in inbox.order.folded,
            marked=self._marked[key],
            currency=session.policy.base_currency if session.policy else "",
        )
        style = self._style("cursor" if cursor else "group")
        yield Segment(f" {'>' if cursor else ' '}".ljust(LEAD) + text, style)

    def _invoice(self, key: int, width: int) -> Iterator[Segment]:
        inbox, session = self._inbox, self._session
        cursor, marked = key == inbox.cursor, key in inbox.marks
        base = self._style("cursor" if cursor else "marked" if marked else "row")
        yield Segment(f" {'>' if cursor else ' '}{'x' if marked else ' '} ".ljust(LEAD), base)
        row = inbox.row(key)
        if row is None:
            yield Segment("...".ljust(width - LEAD), base)
            return
        state = row_state(row, inbox, session.desk.approver)
        now = session.now()
        shown = state.shown(ascii_only=session.ascii_only)
        first, *rest = cells(width, texts(row, shown, session.categories, now), now)
        # On the cursor's background no tone can be read in every theme; the word says the state.
        yield Segment(first, base if cursor else base + self._style(state.tone))
        yield Segment("".join(rest), base)
