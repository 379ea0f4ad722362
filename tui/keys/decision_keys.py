"""The deciding keys, the same on the queue, on an invoice and in the comparison.

From verb to decision: words are asked for, a marked set is shown first.

A decision takes the request exactly as the page shows it. What is routine goes at once;
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
from tui.keys.part import KeyPart
from tui.messages import DecisionMade, UndoWanted
from tui.model.availability import edited_now
from tui.model.intent import Decision, Intent
from tui.model.plan import Item, needs_review, plan
from tui.model.until import END_OF_HOLD, NoSuchDay, until
from tui.safe_text import inert
from tui.screens.page import Page
from tui.subject import Subject

MakeDecision = Callable[[QueueRow], Decision]
"""Makes the decision about a row; raises NoSuchDay if there is none for it."""


class DecisionWay:
    """Leads decisions about the subject of a page to the engine."""

    def __init__(self, page: Page[None], subject: Subject) -> None:
        self._page = page
        self._session = page.session
        self._subject = subject

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """The rows a key acts on: the marked ones, else the one that is shown."""
        row = self._subject.row
        return self._subject.marked or ((row,) if row else ())

    def ask(self, verb: Verb, make: Callable[[QueueRow, str], Decision]) -> None:
        """Ask for words; then send, or show a marked set with them first."""
        from tui.screens.words import ReasonScreen  # noqa: PLC0415 - not before the first frame

        def answered(words: str | None) -> None:
            if words:
                self.send_or_review(verb, lambda row: make(row, words), words)

        self._page.open(ReasonScreen(self._session, verb, self.rows), answered)

    def send_or_review(self, verb: Verb, make: MakeDecision, words: str = "") -> None:
        """Send the decision about what is shown; a marked set is reviewed first."""
        if marked := self._subject.marked:
            self.review(verb, self._planned(verb, marked, make), make, words)
        elif row := self._subject.row:
            self.send((row,), make)

    def _planned(
        self, verb: Verb, rows: tuple[QueueRow, ...], make: MakeDecision
    ) -> tuple[Item, ...]:
        items = plan(verb, rows, self._session.inbox, self._session.desk)
        return tuple(
            item if item.out else Item(item.row, _no_day(item.row, make)) for item in items
        )

    def review(
        self, verb: Verb, items: tuple[Item, ...], make: MakeDecision, words: str = ""
    ) -> None:
        """Show what would be carried out; only that page's own key carries it out."""
        from tui.screens.review import ReviewScreen  # noqa: PLC0415 - not before the first frame

        def confirmed(rows: tuple[QueueRow, ...] | None) -> None:
            self.send(rows or (), make)

        self._page.open(ReviewScreen(self._session, verb, items, words), confirmed)

    def send(self, rows: tuple[QueueRow, ...], make: MakeDecision) -> None:
        """Send decisions on their way, as one set."""
        if rows:
            many = len(rows) > 1
            made = (replace(d, bulk=many) if isinstance(d, Approve) else d for d in map(make, rows))
            intents = (Intent(row, decision) for row, decision in zip(rows, made, strict=True))
            self._page.post_message(DecisionMade(tuple(intents)))


def _no_day(row: QueueRow, make: MakeDecision) -> str | None:
    """Say why there is no such decision about a row, or None."""
    try:
        make(row)
    except NoSuchDay as reason:
        return str(reason)
    return None


class DecisionKeys(KeyPart):
    """Decides about the subject of a page."""

    keys = ("decide",)

    def __init__(self, page: Page[None], subject: Subject) -> None:
        super().__init__(page)
        self._subject = subject
        self._way = DecisionWay(page, subject)

    def off(self) -> frozenset[str]:
        """Return the ids of the keys that would only say why not."""
        off = {f"decide.{verb.value}" for verb in OF_A_REQUEST if self._subject.why_not(verb)}
        one_only = {"decide.edit", "decide.attach"} if self._subject.marked else set[str]()
        no_note = {"decide.attach"} if self._subject.why_not(Verb.NOTE) else set[str]()
        return frozenset(off | one_only | no_note)

    def why_off(self, key: Key) -> str | None:
        """Say why a key does nothing now, or None."""
        verb = next((v for v in OF_A_REQUEST if key.id == f"decide.{v.value}"), None)
        return self._subject.why_not(verb) if verb else None

    def by_name(self, action: str) -> str:
        """Let the palette show the page before an approval, never approve."""
        return "review_approval" if action == "approve" else action

    def _decides(self, verb: Verb) -> bool:
        """Whether a press of a deciding key counts; says why if it does not."""
        guard = self.session.guard
        if not guard.allows(verb.label):
            newest = self.session.inbox.grace.newest
            if guard.in_burst(verb.label) and newest and newest.intents[0].verb is verb:
                self.action_undo()  # a key that lies under something decides nothing
            again = f"press it again to {verb.label}"
            self.page.say(f"not counted: a key held down decides once; {again}")
            return False
        if reason := self._subject.why_not(verb):
            cannot = "" if reason.startswith("cannot") else f"cannot {verb.label}: "
            self.page.say(cannot + reason)
            return False
        return True

    # --- the verbs

    def action_approve(self) -> None:
        """Approve what is shown, or the marked set after its review."""
        if not self._decides(Verb.APPROVE):
            return
        row = self._subject.row
        alone = row and not self._subject.marked
        if row and alone and self._wants_a_look(row):
            self._way.review(Verb.APPROVE, (Item(row, None),), _approval)
        else:
            self._way.send_or_review(Verb.APPROVE, _approval)

    def _wants_a_look(self, row: QueueRow) -> bool:
        changed = edited_now(row, self.session.inbox) is not None
        return changed or needs_review(row, self.session.in_force)

    def action_review_approval(self) -> None:
        """Show what would be approved; only that page's own key carries it out."""
        row = self._subject.row
        if self._subject.marked:
            self.action_approve()
        elif row and self._decides(Verb.APPROVE):
            self._way.review(Verb.APPROVE, (Item(row, None),), _approval)

    def action_reject(self) -> None:
        """Ask for the reason, then reject."""
        if self._decides(Verb.REJECT):
            self._way.ask(Verb.REJECT, lambda row, why: Reject(row.seen, why))

    def action_send_back(self) -> None:
        """Ask for the question, then send back."""
        if self._decides(Verb.SEND_BACK):
            self._way.ask(Verb.SEND_BACK, lambda row, why: SendBack(row.seen, why))

    def action_note(self) -> None:
        """Ask for a remark and append it."""
        if self._decides(Verb.NOTE):
            self._way.ask(Verb.NOTE, _note)

    def action_attach(self) -> None:
        """Ask for a file, and keep a copy of it with the one invoice that is shown."""
        row = self._subject.row
        if self._subject.marked:
            self.page.say("a document is attached to one invoice: u takes the marks away")
        elif row and self._decides(Verb.NOTE):
            from tui.screens.choose_files import AttachScreen  # noqa: PLC0415 - when needed

            def chosen(comment: Comment | None) -> None:
                if comment:
                    self._way.send((row,), lambda _row: comment)

            self.page.open(AttachScreen(self.session, row), chosen)

    def action_note_in_editor(self) -> None:
        """Let the person write a remark in an editor and append it."""
        row = self._subject.row
        if not self._decides(Verb.NOTE) or row is None:
            return
        from tui.own_programs import NoEditor, written  # noqa: PLC0415 - when needed

        try:
            words = written(self.page.app, inert(f"A note on {row.number or row.seen.invoice_id}"))
        except NoEditor as reason:
            self.page.say(str(reason))
            return
        if words:
            self._way.send((row,), lambda row: _note(row, words))
        else:
            self.page.say("nothing written: no note is added")

    def action_hold(self) -> None:
        """Ask until when and why, then put on hold; `0` ends a hold."""
        if not self._decides(Verb.HOLD):
            return
        from tui.screens.words import HoldUntilScreen  # noqa: PLC0415 - when needed

        def chosen(day: str | None) -> None:
            if day == END_OF_HOLD:
                self._way.send_or_review(Verb.RELEASE, lambda row: Release(row.seen))
            elif day:
                self._way.ask(Verb.HOLD, lambda row, why: self._put_on_hold(row, day, why))

        self.page.open(HoldUntilScreen(self.session, self._way.rows), chosen)

    def _put_on_hold(self, row: QueueRow, day: str, reason: str) -> PutOnHold:
        return PutOnHold(row.seen, until(day, row.due_date, self.session.now().date()), reason)

    def action_edit(self) -> None:
        """Open the form on the one invoice that is shown."""
        if self._subject.marked:
            self.page.say("edit works on one invoice: u takes the marks away")
            return
        row = self._subject.row
        if not self._decides(Verb.EDIT) or row is None:
            return
        from tui.screens.edit_screen import EditScreen  # noqa: PLC0415 - not before the first frame

        def edited(edit: Edit | None) -> None:
            if edit:
                self._way.send((row,), lambda _row: edit)

        self.page.open(EditScreen(self.session, row), edited)

    def action_undo(self) -> None:
        """Take back the newest decision that is not carried out yet."""
        self.page.post_message(UndoWanted())

    def action_undo_all(self) -> None:
        """Take back every decision that is not carried out yet."""
        self.page.post_message(UndoWanted(everything=True))


def _approval(row: QueueRow) -> Approve:
    return Approve(row.seen)


def _note(row: QueueRow, words: str) -> Comment:
    return Comment(row.seen.invoice_id, words, asked=row.seen.interrupt_id)
