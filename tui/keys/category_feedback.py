"""Feedback on categories: it is learned, told, taken back, and proposed for others."""

from collections.abc import Callable, Sequence
from functools import partial

from expense_agent.service import ApprovalService, Edit, InvoiceDetail
from expense_agent.service.category_review import CategoryAnswer, CategoryChoice, UnsureCategory
from tui.formatting import counted
from tui.keys.part import KeyPart
from tui.messages import DecisionMade
from tui.model.intent import Intent
from tui.safe_text import inert
from tui.screens.page import Page


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
