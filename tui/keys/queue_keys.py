"""Keys of the queue: its view, filter, sort and groups, and the marks in its list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from expense_agent.domain.verbs import Verb
from expense_agent.service import GROUP_KEYS, SORT_KEYS, ApprovalService, QueueRow, SortKey
from expense_agent.views import FilterError, parse
from tui.keys.part import KeyPart, Taking
from tui.messages import QueryChanged
from tui.model.availability import why_not
from tui.model.look import Look
from tui.widgets.queue_table import QueueTable


class ArrangingKeys(KeyPart):
    """Has the queue read as it is to be looked at."""

    keys = ("queue.sort", "queue.group", "views")

    def words(self) -> Mapping[str, Taking]:
        """Return the words for views, filter, order and grouping."""
        inbox = self.session.inbox
        views = {view.name.casefold(): view for view in self.session.views}
        return {
            "view": (tuple(views), lambda name: self.look_at(inbox.look.at(views[name]))),
            "filter": ((), self.narrow),
            "sort": (SORT_KEYS, lambda key: self._arrange(sort=key)),
            "group": (GROUP_KEYS, lambda key: self._arrange(group=key)),
        }

    def narrow(self, text: str) -> str | None:
        """Apply a filter, or say which part of it cannot be understood."""
        try:
            parse(text, self.session.now())
        except FilterError as error:
            return str(error)
        self.look_at(self.session.inbox.look.filtered(text))
        return None

    def _arrange(self, **how: Any) -> None:
        self.look_at(replace(self.session.inbox.look, **how))

    def look_at(self, look: Look, said: str = "") -> None:
        """Read the list as it is to be looked at."""
        self.session.inbox.status.tell(said)
        self.page.post_message(QueryChanged(look))

    def action_sort(self) -> None:
        """Go on to the next order."""
        look = self.session.inbox.look.next_sort()
        self.look_at(look, f"ordered by: {_among(SORT_KEYS, look.sort)}; s goes on")

    def order_by(self, heading: str, sort: SortKey | None) -> None:
        """Put the list in the order of a column."""
        if sort is None:
            self.page.say(f"no order by {heading}; s goes through {', '.join(SORT_KEYS)}")
        else:
            look = replace(self.session.inbox.look, sort=sort)
            self.look_at(look, f"ordered by: {_among(SORT_KEYS, look.sort)}")

    def action_group(self) -> None:
        """Go on to the next grouping."""
        look = self.session.inbox.look.next_group()
        self.look_at(look, f"grouped by: {_among(GROUP_KEYS, look.group)}; t goes on")

    def action_next_view(self) -> None:
        """Look at the view to the right."""
        self._view(1)

    def action_previous_view(self) -> None:
        """Look at the view to the left."""
        self._view(-1)

    def _view(self, way: int) -> None:
        look, views = self.session.inbox.look, self.session.views
        names = [view.name for view in views]
        place = names.index(look.view.name) if look.view.name in names else 0
        self.look_at(look.at(views[(place + way) % len(views)]))


def _among(names: Sequence[str], chosen: str) -> str:
    """Return all names, the chosen one in brackets as a tab is."""
    return " ".join(f"[{name}]" if name == chosen else name for name in names)


_WISHES = count()
_AT_ONCE = 200
"""Rows read in one go: between two of them other threads get a word in."""


class MarkingKeys(KeyPart):
    """Marks rows of the queue; the marks are those of the session."""

    keys = (
        "queue.mark", "queue.mark_all", "queue.unmark", "queue.range", "queue.range_down",
        "queue.range_up", "queue.fold_all", "queue.next_open", "queue.previous_open",
    )  # fmt: skip

    @property
    def _table(self) -> QueueTable:
        return self.page.query_one(QueueTable)

    def action_mark(self) -> None:
        """Mark the row, or the group, and go down to the next."""
        inbox, group = self.session.inbox, self.session.inbox.group_under_cursor
        before = len(inbox.marks)
        unknown = self.session.marking.toggle()
        unmarked = "" if unknown or len(inbox.marks) != before else self._why_unmarked()
        self.changed(unknown)
        height = 1 if group is None or group.key in inbox.order.folded else 1 + group.count
        self._table.move(height)
        if unmarked:
            self.page.say(unmarked)

    def _why_unmarked(self) -> str:
        """Say why what is under the cursor cannot be marked."""
        row, desk = self.session.inbox.row_under_cursor, self.session.desk
        if row is None:
            return "nothing of this group is left to be marked: all is decided"
        reason = why_not(Verb.NOTE, row, self.session.inbox, replace(desk, read_only=False))
        return f"not marked: {reason or 'it is decided'}"

    def action_mark_all(self) -> None:
        """Mark all that is listed."""
        self.changed(self.session.marking.everything())

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.session.marking.clear()
        self.changed(())

    def action_range(self) -> None:
        """Begin a range, or end it."""
        self.changed(self.session.marking.switch_range())

    def action_range_down(self) -> None:
        """Extend the range by a line down."""
        self._extend(1)

    def action_range_up(self) -> None:
        """Extend the range by a line up."""
        self._extend(-1)

    def _extend(self, lines: int) -> None:
        if not self.session.marking.in_range:
            self.session.marking.switch_range()
        self._table.move(lines)

    def changed(self, unknown: tuple[int, ...]) -> None:
        """Show the marks; what has to be read first is asked for."""
        if unknown:  # a kind of its own: no later wish makes this one superfluous
            self.session.marking.ask()
            self.page.ask(f"marks {next(_WISHES)}", lambda store: _rows(store, unknown), self._read)
        self.session.changed.publish(None)

    def _read(self, rows: list[QueueRow]) -> None:
        self.session.marking.read(rows)
        self.session.changed.publish(None)

    def action_fold_all(self) -> None:
        """Fold all groups, or unfold them if all are folded."""
        self.session.inbox.fold(everything=True)
        self.session.changed.publish(None)

    def action_next_open(self) -> None:
        """Go to the next invoice that is not decided."""
        self._table.step(1)

    def action_previous_open(self) -> None:
        """Go to the one before."""
        self._table.step(-1)


def _rows(store: ApprovalService, keys: tuple[int, ...]) -> list[QueueRow]:
    chunks = (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
    return [row for chunk in chunks for row in store.rows(chunk)]
