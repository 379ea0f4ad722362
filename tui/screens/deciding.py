"""The deciding keys, the same on the queue and on the detail screen.

A decision takes the request exactly as this screen shows it. What is routine goes at once;
anything else, and every marked set, is shown on a page of its own first.
"""

from collections.abc import Callable
from dataclasses import replace

from expense_agent.domain.verbs import OF_A_REQUEST, Verb
from expense_agent.service import (
    Approve,
    Comment,
    Edit,
    PutOnHold,
    QueueRow,
    Reject,
    Release,
    SendBack,
)
from tui.key_table import Key
from tui.keymap import bindings
from tui.messages import DecisionMade, UndoWanted
from tui.model.intent import Decision, Intent
from tui.model.plan import Item, needs_review, plan
from tui.model.until import NoSuchDay, until
from tui.model.why_not import edited_now, why_not
from tui.safe_text import inert
from tui.screens.looking import LookingPage

END_OF_HOLD = "0"
"""The question for a day ends with this when a hold is to be over now."""
MakeDecision = Callable[[QueueRow], Decision]
"""Makes the decision about a row; raises NoSuchDay if there is none for it."""


class DecidingPage(LookingPage):
    """A screen on which the deciding keys work."""

    BINDINGS = bindings("decide")

    def marked(self) -> tuple[QueueRow, ...]:
        """Return the marked requests, as they were drawn when marked."""
        return ()

    def why_not(self, verb: Verb) -> str | None:
        """Say why the key of a verb does nothing now, or None."""
        if self.marked():
            return None
        return why_not(verb, self.target(), self.session.inbox, self.session.desk)

    def why_off(self, key: Key) -> str | None:
        """Say why a key does nothing now, or None."""
        verb = next((v for v in OF_A_REQUEST if key.id == f"decide.{v.value}"), None)
        return self.why_not(verb) if verb else super().why_off(key)

    def palette_action(self, action: str) -> str:
        """Let the palette show the page before an approval, never approve."""
        return "review_approval" if action == "approve" else super().palette_action(action)

    def _decides(self, verb: Verb) -> bool:
        """Whether a press of a deciding key counts; says why if it does not."""
        guard = self.session.guard
        if not guard.allows(verb.label):
            newest = self.session.inbox.grace.newest
            if guard.in_burst(verb.label) and newest and newest.intents[0].verb is verb:
                self.post_message(UndoWanted())  # a key that lies under something decides nothing
            self.say(f"not counted: a key held down decides once; press it again to {verb.label}")
            return False
        if reason := self.why_not(verb):
            self.say(reason if reason.startswith("cannot") else f"cannot {verb.label}: {reason}")
            return False
        return True

    def _rows(self) -> tuple[QueueRow, ...]:
        """Return what a key acts on: the marked rows, else the one that is shown."""
        row = self.target()
        return self.marked() or ((row,) if row else ())

    # --- the verbs

    def action_approve(self) -> None:
        """Approve what is shown, or the marked set after its review."""
        if not self._decides(Verb.APPROVE):
            return
        row = self.target()
        alone = row and not self.marked()
        if row and alone and (self._wants_a_look(row)):
            self._review(Verb.APPROVE, (Item(row, None),), _approval)
        else:
            self._send_or_review(Verb.APPROVE, _approval)

    def _wants_a_look(self, row: QueueRow) -> bool:
        changed = edited_now(row, self.session.inbox) is not None
        return changed or needs_review(row, self.session.in_force)

    def action_review_approval(self) -> None:
        """Show what would be approved; only that page's own key carries it out."""
        row = self.target()
        if self.marked():
            self.action_approve()
        elif row and self._decides(Verb.APPROVE):
            self._review(Verb.APPROVE, (Item(row, None),), _approval)

    def action_reject(self) -> None:
        """Ask for the reason, then reject."""
        if self._decides(Verb.REJECT):
            self._ask(Verb.REJECT, lambda row, why: Reject(row.seen, why))

    def action_send_back(self) -> None:
        """Ask for the question, then send back."""
        if self._decides(Verb.SEND_BACK):
            self._ask(Verb.SEND_BACK, lambda row, why: SendBack(row.seen, why))

    def action_note(self) -> None:
        """Ask for a remark and append it."""
        if self._decides(Verb.NOTE):
            self._ask(Verb.NOTE, _note)

    def action_attach(self) -> None:
        """Ask for a file, and keep a copy of it with the one invoice that is shown."""
        row = self.target()
        if self.marked():
            self.say("a document is attached to one invoice: u takes the marks away")
        elif row and self._decides(Verb.NOTE):
            from tui.screens.attach import AttachScreen  # noqa: PLC0415 - when needed

            def chosen(comment: Comment | None) -> None:
                if comment:
                    self._send((row,), lambda _row: comment)

            self.open(AttachScreen(self.session, row), chosen)

    def action_note_in_editor(self) -> None:
        """Let the person write a remark in an editor and append it."""
        row = self.target()
        if not self._decides(Verb.NOTE) or row is None:
            return
        from tui.editor import NoEditor, written  # noqa: PLC0415 - when needed

        try:
            words = written(self.app, inert(f"A note on {row.number or row.seen.invoice_id}"))
        except NoEditor as reason:
            self.say(str(reason))
            return
        if words:
            self._send((row,), lambda row: _note(row, words))
        else:
            self.say("nothing written: no note is added")

    def action_hold(self) -> None:
        """Ask until when and why, then put on hold; `0` ends a hold."""
        if not self._decides(Verb.HOLD):
            return
        from tui.screens.hold_until import HoldUntilScreen  # noqa: PLC0415 - when needed

        def chosen(day: str | None) -> None:
            if day == END_OF_HOLD:
                self._send_or_review(Verb.RELEASE, lambda row: Release(row.seen))
            elif day:
                self._ask(Verb.HOLD, lambda row, why: self._put_on_hold(row, day, why))

        self.open(HoldUntilScreen(self.session, self._rows()), chosen)

    def _put_on_hold(self, row: QueueRow, day: str, reason: str) -> PutOnHold:
        return PutOnHold(row.seen, until(day, row.due_date, self.session.now().date()), reason)

    def action_edit(self) -> None:
        """Open the form on the one invoice that is shown."""
        if self.marked():
            self.say("edit works on one invoice: u takes the marks away")
            return
        row = self.target()
        if not self._decides(Verb.EDIT) or row is None:
            return
        from tui.screens.edit import EditScreen  # noqa: PLC0415 - not before the first frame

        def edited(edit: Edit | None) -> None:
            if edit:
                self._send((row,), lambda _row: edit)

        self.open(EditScreen(self.session, row), edited)

    def action_undo(self) -> None:
        """Take back the newest decision that is not carried out yet."""
        self.post_message(UndoWanted())

    def action_undo_all(self) -> None:
        """Take back every decision that is not carried out yet."""
        self.post_message(UndoWanted(everything=True))

    # --- from the verb to the message

    def _ask(self, verb: Verb, make: Callable[[QueueRow, str], Decision]) -> None:
        """Ask for words; then send, or show a marked set with them first."""
        from tui.screens.reason import ReasonScreen  # noqa: PLC0415 - not before the first frame

        def answered(words: str | None) -> None:
            if words:
                self._send_or_review(verb, lambda row: make(row, words), words)

        self.open(ReasonScreen(self.session, verb, self._rows()), answered)

    def _send_or_review(self, verb: Verb, make: MakeDecision, words: str = "") -> None:
        """Send the decision about what is shown; a marked set is reviewed first."""
        if marked := self.marked():
            self._review(verb, self._planned(verb, marked, make), make, words)
        elif row := self.target():
            self._send((row,), make)

    def _planned(
        self, verb: Verb, rows: tuple[QueueRow, ...], make: MakeDecision
    ) -> tuple[Item, ...]:
        items = plan(verb, rows, self.session.inbox, self.session.desk)
        return tuple(
            item if item.out else Item(item.row, _no_day(item.row, make)) for item in items
        )

    def _review(
        self, verb: Verb, items: tuple[Item, ...], make: MakeDecision, words: str = ""
    ) -> None:
        from tui.screens.review import ReviewScreen  # noqa: PLC0415 - not before the first frame

        def confirmed(rows: tuple[QueueRow, ...] | None) -> None:
            self._send(rows or (), make)

        self.open(ReviewScreen(self.session, verb, items, words), confirmed)

    def _send(self, rows: tuple[QueueRow, ...], make: MakeDecision) -> None:
        if rows:
            many = len(rows) > 1
            made = (replace(d, bulk=many) if isinstance(d, Approve) else d for d in map(make, rows))
            intents = (Intent(row, decision) for row, decision in zip(rows, made, strict=True))
            self.post_message(DecisionMade(tuple(intents)))


def _approval(row: QueueRow) -> Approve:
    return Approve(row.seen)


def _note(row: QueueRow, words: str) -> Comment:
    return Comment(row.seen.invoice_id, words, asked=row.seen.interrupt_id)


def _no_day(row: QueueRow, make: MakeDecision) -> str | None:
    """Say why there is no such decision about a row, or None."""
    try:
        make(row)
    except NoSuchDay as reason:
        return str(reason)
    return None
