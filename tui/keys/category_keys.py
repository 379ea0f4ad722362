"""The keys that confirm a category or name another, and the feedback that follows."""

from collections.abc import Callable, Sequence
from functools import partial

from expense_agent.service import ApprovalService, Edit, InvoiceDetail
from expense_agent.service.category_review import CategoryAnswer, CategoryChoice, UnsureCategory
from tui.formatting import counted
from tui.keys.part import KeyPart
from tui.lists.unsure_list import UnsureList
from tui.messages import DecisionMade
from tui.model.edit_form import candidates
from tui.model.intent import Intent
from tui.safe_text import inert
from tui.screens.page import Page
from tui.subject import OneInvoice


class CategoryFeedback(KeyPart):
    """Writes in the reader's thread; what waits for a decision is changed by an edit only."""

    keys = ("confirm.take_back", "confirm.apply")

    def __init__(self, page: Page[None], changed: Callable[[], None]) -> None:
        """Call `changed` after each answer."""
        super().__init__(page)
        self._changed = changed
        self._said: list[str] = []
        """Invoices that something was said of here, the newest last: undo goes back."""
        self._proposed: CategoryAnswer | None = None
        self._asked = 0

    def action_take_back(self) -> None:
        """Take back what was said last; its influence ends at once."""
        if not self._said:
            self.page.say("nothing was said here that could be taken back")
            return
        if self._may():
            invoice_id = self._said.pop()
            self._write(lambda service: [service.category_desk.undo(invoice_id)], self._taken_back)

    def action_apply(self) -> None:
        """Apply the last correction to the other invoices of its supplier that wait."""
        proposed = self._proposed
        if proposed is None:
            self.page.say("nothing is proposed")
        elif self._may():
            self._proposed = None
            self._edit(proposed.others, proposed.category or "", proposed.supplier)

    def _may(self) -> bool:
        if self.session.desk.read_only:
            self.page.say("read-only: nothing is learned")
            return False
        return self.session.guard.allows("confirm")

    def say(self, rows: Sequence[UnsureCategory], category: str | None) -> None:
        """Say that a category is right; None: the one that each has."""
        if not self._may():
            return
        choices = [
            CategoryChoice(row.invoice_id, category, seen=row.category or "") for row in rows
        ]
        self._write(lambda service: list(service.category_desk.confirm(choices)), self._answered)

    def _write(
        self,
        act: Callable[[ApprovalService], list[CategoryAnswer]],
        take: Callable[[list[CategoryAnswer]], None],
    ) -> None:
        """Write in the reader's thread; each under a name of its own, so that none is dropped."""
        self._asked += 1
        self.page.ask(f"say {self._asked}", act, take)

    def _answered(self, answers: list[CategoryAnswer]) -> None:
        """Tell what was learned; what waits for a decision is edited, and asked again."""
        waiting = [answer for answer in answers if answer.outcome == "waiting"]
        for category in {answer.category for answer in waiting if answer.category}:
            ids = tuple(a.invoice_id for a in waiting if a.category == category)
            self._edit(ids, category, waiting[0].supplier)
        done = [answer for answer in answers if answer.done]
        self._said += [answer.invoice_id for answer in done]
        self._proposed = next((a for a in reversed(done + waiting) if a.others), None)
        self.page.say(self._summary(answers))
        self.session.category_marks.clear()  # those are answered
        self._changed()

    def _summary(self, answers: list[CategoryAnswer]) -> str:
        refused = [answer for answer in answers if answer.outcome == "refused"]
        if refused:
            more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
            return f"not taken: {inert(refused[0].reason, 200)}{more}"
        told = inert(answers[-1].reason, 120)
        if len(answers) > 1:
            told = f"{counted(len(answers), 'answer')}: {told}"
        if self._proposed:
            number = len(self._proposed.others)
            return f"{told}   {number} other open of this supplier: p applies it   z undoes"
        return f"{told}   z undoes"

    def _taken_back(self, answers: list[CategoryAnswer]) -> None:
        self._proposed = None
        self.page.say(inert(answers[0].reason, 200))
        self._changed()

    def _edit(self, invoice_ids: Sequence[str], category: str, supplier: str) -> None:
        """Read the open requests as they are now, then change their category by an edit."""
        ids = tuple(invoice_ids)
        self._asked += 1
        self.page.ask(
            f"say {self._asked}",
            lambda service: [service.invoice(invoice_id) for invoice_id in ids],
            partial(self._send_edits, category, supplier),
        )

    def _send_edits(self, category: str, supplier: str, details: list[InvoiceDetail]) -> None:
        rows = [detail.request for detail in details if detail.request]
        comment = f"category as for other invoices of {supplier}"
        intents = (
            Intent(row, Edit(row.seen, {"category": category}, comment))
            for row in rows
            if row.category != category
        )
        if made := tuple(intents):
            self.page.post_message(DecisionMade(made))
            label = inert(self.session.categories.get(category, category))
            self.page.say(f"{counted(len(made), 'invoice')} -> {label}, asked again")


class CategoryKeys(KeyPart):
    """Confirms or corrects the category of one invoice; `learned` is called when that is done."""

    keys = ("category",)

    def __init__(self, page: Page[None], subject: OneInvoice, learned: Callable[[], None]) -> None:
        super().__init__(page)
        self._subject = subject
        self._learned = learned

    def action_candidate(self, number: int) -> None:
        """Say that the candidate of this number is right."""
        detail = self._subject.detail
        if detail is None:
            return
        found: Sequence[str] = candidates(detail)
        if not found:
            self.page.say("its category is not in question; e changes it")
        elif number > len(found):
            self.page.say(f"there is no candidate {number}; e names a category")
        elif self.session.desk.read_only:
            self.page.say("read-only: nothing is learned")
        elif self.session.guard.allows("confirm"):
            choice = CategoryChoice(detail.id, found[number - 1], seen=detail.category or "")
            self.page.ask(
                "category", lambda service: service.category_desk.confirm([choice]), self._set
            )

    def _set(self, answers: list[CategoryAnswer]) -> None:
        """Tell what was learned; while a decision is open, another category is an edit."""
        (answer,), row = answers, self._subject.row
        if answer.outcome != "waiting":
            self.page.say(inert(answer.reason, 200))
            self._learned()
        elif row is None or row.seen.invoice_id != answer.invoice_id:
            self.page.say("what waits here has changed: R reads it again")
        else:
            changes = {"category": answer.category or ""}
            edit = Edit(row.seen, changes, "category chosen among the candidates")
            self.page.post_message(DecisionMade((Intent(row, edit),)))


class ConfirmKeys(KeyPart):
    """Answers for the marked ones, else for the one under the cursor."""

    keys = (
        "confirm.candidate(1)", "confirm.candidate(2)", "confirm.candidate(3)", "confirm.accept",
        "confirm.name", "confirm.mark", "confirm.mark_supplier", "confirm.unmark",
    )  # fmt: skip

    def __init__(self, page: Page[None], unsure: UnsureList, feedback: CategoryFeedback) -> None:
        super().__init__(page)
        self._unsure = unsure
        self._feedback = feedback

    def action_candidate(self, number: int) -> None:
        """Say that the candidate of this number is right."""
        unsure = self._unsure.table.record
        if unsure is None:
            return
        if number > len(unsure.candidates):
            self.page.say(f"there is no candidate {number}: e names a category")
        else:
            self._feedback.say([unsure], unsure.candidates[number - 1])

    def action_accept(self) -> None:
        """Say that the category of the marked ones, else of this one, is right as it is."""
        rows = self._unsure.chosen()
        nameless = [unsure for unsure in rows if unsure.category is None]
        if nameless:
            self.page.say(f"{counted(len(nameless), 'invoice')} without a category: e names one")
        elif rows:
            self._feedback.say(rows, None)

    def action_name(self) -> None:
        """Ask for a category by its code or name, for the marked ones or this one."""
        rows = self._unsure.chosen()
        if not rows:
            return
        from tui.screens.choose import ChooseCategoryScreen  # noqa: PLC0415 - when needed

        def named(category: str | None) -> None:
            if category:
                self._feedback.say(rows, category)

        about = rows[0].supplier if len(rows) == 1 else counted(len(rows), "invoice")
        self.page.open(ChooseCategoryScreen(self.session, about), named)

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go down."""
        if unsure := self._unsure.table.record:
            self.session.category_marks.symmetric_difference_update({unsure.invoice_id})
            self._unsure.table.move(1)
            self._unsure.table.refresh()
            self._unsure.redraw()

    def action_mark_supplier(self) -> None:
        """Mark every listed invoice of this supplier."""
        if unsure := self._unsure.table.record:
            same = self._unsure.alike(unsure)
            self.session.category_marks.update(same)
            self.page.say(f"{len(same)} of {inert(unsure.supplier)} marked")
            self._unsure.table.refresh()
            self._unsure.redraw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.session.category_marks.clear()
        self._unsure.table.refresh()
        self._unsure.redraw()
