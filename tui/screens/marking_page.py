"""The keys that mark and fold, and those that go to what is not decided yet."""

from dataclasses import replace
from itertools import count

from expense_agent.domain.verbs import Verb
from expense_agent.service import ApprovalService, QueueRow
from tui.messages import MarksWanted
from tui.model.why_not import why_not
from tui.screens.deciding import DecidingPage
from tui.widgets.queue_table import QueueTable

_WISHES = count()
_AT_ONCE = 200
"""Rows read in one go: between two of them other threads get a word in."""


class MarkingPage(DecidingPage):
    """A screen with the list of requests on it."""

    @property
    def table(self) -> QueueTable:
        """The list."""
        return self.query_one("#table", QueueTable)

    def marked(self) -> tuple[QueueRow, ...]:
        """Return the marked rows, as drawn when marked."""
        return tuple(self.session.inbox.marks.values())

    def why_not(self, verb: Verb) -> str | None:
        """Say why a verb is off; what is marked must have been read."""
        if self.session.marking.awaited:
            return "what you have marked is still being read"
        return super().why_not(verb)

    def action_mark(self) -> None:
        """Mark the row, or the group, and go down to the next."""
        inbox, group = self.session.inbox, self.session.inbox.group_under_cursor
        before = len(inbox.marks)
        unknown = self.session.marking.toggle()
        unmarked = "" if unknown or len(inbox.marks) != before else self._why_unmarked()
        self._marks_changed(unknown)
        height = 1 if group is None or group.key in inbox.order.folded else 1 + group.count
        self.table.move(height)
        if unmarked:
            self.say(unmarked)

    def _why_unmarked(self) -> str:
        """Say why what is under the cursor cannot be marked."""
        row, desk = self.target(), self.session.desk
        if row is None:
            return "nothing of this group is left to be marked: all is decided"
        reason = why_not(Verb.NOTE, row, self.session.inbox, replace(desk, read_only=False))
        return f"not marked: {reason or 'it is decided'}"

    def action_mark_all(self) -> None:
        """Mark all that is listed."""
        self._marks_changed(self.session.marking.everything())

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.session.marking.clear()
        self._marks_changed(())

    def action_range(self) -> None:
        """Begin a range, or end it."""
        self._marks_changed(self.session.marking.switch_range())

    def action_range_down(self) -> None:
        """Extend the range by a line down."""
        self._extend(1)

    def action_range_up(self) -> None:
        """Extend the range by a line up."""
        self._extend(-1)

    def _extend(self, lines: int) -> None:
        if not self.session.marking.in_range:
            self.session.marking.switch_range()
        self.table.move(lines)

    def on_marks_wanted(self, message: MarksWanted) -> None:
        """Mark what a range has come to reach, as soon as it is read."""
        self._marks_changed(message.keys)

    def _marks_changed(self, unknown: tuple[int, ...]) -> None:
        """Show the marks; what has to be read first is asked for."""
        if unknown:  # a kind of its own: no later wish makes this one superfluous
            self.session.marking.ask()
            self.ask(f"marks {next(_WISHES)}", lambda store: _rows(store, unknown), self._read)
        self.session.changed.publish(None)

    def _read(self, rows: list[QueueRow]) -> None:
        self.session.marking.read(rows)
        self.session.changed.publish(None)

    def cannot_read(self, error: Exception) -> None:
        """Mark nothing that could not be read."""
        self.session.marking.give_up()
        super().cannot_read(error)

    def action_fold_all(self) -> None:
        """Fold all groups, or unfold them if all are folded."""
        self.session.inbox.fold(everything=True)
        self.session.changed.publish(None)

    def action_next_open(self) -> None:
        """Go to the next invoice that is not decided."""
        self.table.step(1)

    def action_previous_open(self) -> None:
        """Go to the one before."""
        self.table.step(-1)


def _rows(store: ApprovalService, keys: tuple[int, ...]) -> list[QueueRow]:
    chunks = (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
    return [row for chunk in chunks for row in store.rows(chunk)]
