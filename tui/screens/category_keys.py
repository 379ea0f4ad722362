"""The keys 1 to 3 on an invoice whose category is unsure: one press confirms or corrects it."""

from collections.abc import Sequence

from expense_agent.service import Edit, InvoiceDetail
from expense_agent.service.confirming import CategoryAnswer, CategoryChoice
from tui.keymap import bindings
from tui.messages import DecisionMade
from tui.model.candidates import candidates
from tui.model.intent import Intent
from tui.safe_text import inert
from tui.screens.deciding import DecidingPage


class CategoryKeysPage(DecidingPage):
    """A screen that shows one invoice, whole."""

    BINDINGS = bindings("category")

    _detail: InvoiceDetail | None = None
    """The invoice as it was read, once it was."""

    def action_refresh(self) -> None:
        """Read the invoice again."""
        raise NotImplementedError

    def action_candidate(self, number: int) -> None:
        """Say that the candidate of this number is right."""
        detail = self._detail
        if detail is None:
            return
        found: Sequence[str] = candidates(detail)
        if not found:
            self.say("its category is not in question; e changes it")
        elif number > len(found):
            self.say(f"there is no candidate {number}; e names a category")
        elif self.session.desk.read_only:
            self.say("read-only: nothing is learned")
        elif self.session.guard.allows("confirm"):
            choice = CategoryChoice(detail.id, found[number - 1], seen=detail.category or "")
            self.ask("category", lambda service: service.category_desk.confirm([choice]), self._set)

    def _set(self, answers: list[CategoryAnswer]) -> None:
        """Tell what was learned; while a decision is open, another category is an edit."""
        (answer,), row = answers, self.target()
        if answer.outcome != "waiting":
            self.say(inert(answer.reason, 200))
            self.action_refresh()
        elif row is None or row.seen.invoice_id != answer.invoice_id:
            self.say("what waits here has changed: R reads it again")
        else:
            changes = {"category": answer.category or ""}
            edit = Edit(row.seen, changes, "category chosen among the candidates")
            self.post_message(DecisionMade((Intent(row, edit),)))
