"""The keys 1 to 3 on an invoice whose category is unsure: one press confirms or corrects it."""

from collections.abc import Callable, Sequence

from expense_agent.service import Edit
from expense_agent.service.category_review import CategoryAnswer, CategoryChoice
from tui.keys.part import KeyPart
from tui.messages import DecisionMade
from tui.model.candidates import candidates
from tui.model.intent import Intent
from tui.safe_text import inert
from tui.screens.page import Page
from tui.subject import OneInvoice


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
