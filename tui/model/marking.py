"""How rows come to be marked: one by one, a range, a group, everything that is listed.

A mark holds the row as it was drawn, or as it was read when it was not on the screen. Rows that
have not been read are asked for; what is answered already, or being decided, is never marked.
"""

from collections.abc import Iterable, Sequence

from expense_agent.service import QueueRow
from tui.model.inbox import Inbox
from tui.model.order import is_header

MOST_MARKS = 2_000
"""More than this nobody looks over before deciding."""


class Marking:
    """Marks rows of one inbox. What has to be read first is given back as keys."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._anchor: int | None = None
        self._before: dict[int, QueueRow] = {}
        self.awaited = 0
        """How many readings of rows to be marked are still under way."""

    # --- one, a group, all

    def toggle(self) -> tuple[int, ...]:
        """Mark what is under the cursor, or take its marks away; a header stands for its group."""
        inbox, self._anchor = self._inbox, None
        cursor = inbox.cursor
        if cursor is None:
            return ()
        if is_header(cursor):
            return self._toggle_group(inbox.order.members(cursor))
        if inbox.marks.pop(cursor, None) is None:
            return self._mark((cursor,))
        return ()

    def _toggle_group(self, members: Sequence[int]) -> tuple[int, ...]:
        marks = self._inbox.marks
        open_ones = [key for key in members[:MOST_MARKS] if self._may_be_marked(key)]
        if open_ones and all(key in marks for key in open_ones):
            for key in open_ones:
                del marks[key]
            return ()
        return self._mark(members)

    def everything(self) -> tuple[int, ...]:
        """Mark all that is listed, folded groups included."""
        self._anchor = None
        return self._mark(self._inbox.order.keys)

    def clear(self) -> None:
        """Take all marks away."""
        self._anchor = None
        self._inbox.marks.clear()

    # --- a range

    @property
    def in_range(self) -> bool:
        """Whether moving the cursor extends a range."""
        return self._anchor is not None

    def switch_range(self) -> tuple[int, ...]:
        """Begin a range at the cursor, or end the one that was begun; its marks stay."""
        if self.in_range:
            self._anchor = None
            return ()
        self._anchor = self._inbox.cursor
        self._before = dict(self._inbox.marks)
        return self.follow()

    def follow(self) -> tuple[int, ...]:
        """After the cursor has moved: mark from the beginning of the range to it."""
        inbox = self._inbox
        start, end = inbox.order.place(self._anchor), inbox.order.place(inbox.cursor)
        if start is None or end is None:
            self._anchor = None
            return ()
        inbox.marks.clear()
        inbox.marks.update(self._before)
        top, bottom = min(start, end), max(start, end) + 1
        bottom = min(bottom, top + MOST_MARKS)
        return self._mark(key for key in inbox.order.lines(top, bottom) if not is_header(key))

    # --- what is marked in the end

    def read(self, rows: Iterable[QueueRow]) -> None:
        """Mark rows that had to be read first."""
        self.awaited = max(0, self.awaited - 1)
        for row in rows:
            if row.status == "open" and self._may_be_marked(row.key):
                self._put(row.key, self._inbox.row(row.key) or row)

    def _mark(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Mark those rows that are known; give the keys of the others."""
        unknown: list[int] = []
        for key in keys:
            if len(self._inbox.marks) + len(unknown) >= MOST_MARKS:
                most = f"marked are the first {MOST_MARKS:,}: filter for the others"
                self._inbox.status.tell(most)
                break
            row = self._inbox.row(key)
            if not self._may_be_marked(key):
                continue
            if row is None:
                unknown.append(key)
            elif row.status == "open":
                self._put(key, row)
        return tuple(unknown)

    def ask(self) -> None:
        """Note that rows are being read in order to be marked."""
        self.awaited += 1

    def give_up(self) -> None:
        """Await nothing more: the store could not be read."""
        self.awaited = 0

    def _put(self, key: int, row: QueueRow) -> None:
        self._inbox.marks.setdefault(key, row)

    def _may_be_marked(self, key: int) -> bool:
        progress = self._inbox.progress.get(key)
        decided = progress is not None and not progress.may_be_repeated
        return not decided and key not in self._inbox.grace
