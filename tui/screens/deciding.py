"""Approve, reject and edit, the same on the queue and on the detail screen.

A decision takes the request exactly as this screen shows it. What is routine goes at once;
anything else, and every marked set, is shown on a page of its own first.
"""

from expense_agent.service import Approve, Edit, QueueRow, Reject
from tui.keymap import bindings
from tui.messages import DecisionMade, Order
from tui.model.plan import Item, needs_review, plan
from tui.model.progress import Verb
from tui.model.why_not import why_not
from tui.screens.page import Page


class DecidingPage(Page[None]):
    """A screen on which the deciding keys work."""

    BINDINGS = bindings("decide")

    def target(self) -> QueueRow | None:
        """Give the request this screen shows."""
        raise NotImplementedError

    def marked(self) -> tuple[QueueRow, ...]:
        """Give the marked requests, as they were drawn when marked."""
        return ()

    def say(self, sentence: str) -> None:
        """Show a sentence on the status line."""
        self.session.inbox.said = sentence
        self.session.changed.publish(frozenset())

    def why_not(self, verb: Verb) -> str | None:
        """Say why the key of a verb does nothing now, or None."""
        if self.marked():
            return None
        return why_not(verb, self.target(), self.session.inbox, self.session.desk)

    def _decides(self, verb: Verb) -> bool:
        """Whether a press of a deciding key counts; says why if it does not."""
        if not self.session.guard.allows(verb.value):
            self.say(f"not counted: a key held down decides once; press it again to {verb.value}")
            return False
        if reason := self.why_not(verb):
            self.say(reason if reason.startswith("cannot") else f"cannot {verb.value}: {reason}")
            return False
        return True

    def action_approve(self) -> None:
        """Approve what is shown, or the marked set after its review."""
        if not self._decides(Verb.APPROVE):
            return
        row = self.target()
        if marked := self.marked():
            self._review(Verb.APPROVE, self._planned(Verb.APPROVE, marked), "")
        elif row and needs_review(row):
            self._review(Verb.APPROVE, (Item(row, None),), "")
        elif row:
            self._send([Order(row, Approve(row.seen))])

    def action_reject(self) -> None:
        """Ask for the reason, then reject; a marked set is reviewed in between."""
        if not self._decides(Verb.REJECT):
            return
        from tui.screens.reject import RejectScreen  # noqa: PLC0415 - not before the first frame

        row, marked = self.target(), self.marked()
        rows = marked or ((row,) if row else ())

        def reasoned(reason: str | None) -> None:
            if reason and marked:
                self._review(Verb.REJECT, self._planned(Verb.REJECT, marked), reason)
            elif reason:
                self._send([Order(row, Reject(row.seen, reason)) for row in rows])

        self.app.push_screen(RejectScreen(self.session, rows), reasoned)

    def action_edit(self) -> None:
        """Open the form on the one invoice that is shown."""
        if self.marked():
            self.say("edit works on one invoice: u takes the marks away")
            return
        row = self.target()
        if row is None or not self._decides(Verb.EDIT):
            return
        from tui.screens.edit import EditScreen  # noqa: PLC0415 - not before the first frame

        def edited(edit: Edit | None) -> None:
            if edit:
                self._send([Order(row, edit)])

        self.app.push_screen(EditScreen(self.session, row), edited)

    def _planned(self, verb: Verb, rows: tuple[QueueRow, ...]) -> tuple[Item, ...]:
        return plan(verb, rows, self.session.inbox, self.session.desk)

    def _review(self, verb: Verb, items: tuple[Item, ...], reason: str) -> None:
        from tui.screens.review import ReviewScreen  # noqa: PLC0415 - not before the first frame

        def confirmed(rows: tuple[QueueRow, ...] | None) -> None:
            self._send([Order(row, _decision(verb, row, reason)) for row in rows or ()])

        self.app.push_screen(ReviewScreen(self.session, verb, items, reason), confirmed)

    def _send(self, orders: list[Order]) -> None:
        if orders:
            self.post_message(DecisionMade(tuple(orders)))


def _decision(verb: Verb, row: QueueRow, reason: str) -> Approve | Reject:
    return Approve(row.seen) if verb is Verb.APPROVE else Reject(row.seen, reason)
