"""The keys that confirm a category or name another, for the marked invoices or the one shown."""

from tui.formatting import counted
from tui.keys.category_feedback import CategoryFeedback
from tui.keys.part import KeyPart
from tui.lists.unsure_list import UnsureList
from tui.safe_text import inert
from tui.screens.page import Page


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
        from tui.screens.choose_category import ChooseCategoryScreen  # noqa: PLC0415 - when needed

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
