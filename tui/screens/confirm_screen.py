"""The categories a person should look at: three candidates on the keys 1 to 3, learned at once.

No payment waits for an answer here. What is said of one invoice teaches the next ones of its
supplier; others that wait are proposals, changed only by an edit that is asked again.
"""

from rich.cells import cell_len

from tui.formatting import crop
from tui.keymap import pressed
from tui.keys.category_feedback import CategoryFeedback
from tui.keys.confirm_keys import ConfirmKeys
from tui.lists.unsure_list import UnsureList
from tui.safe_text import inert, safe
from tui.screens.listing import ListingPage
from tui.session import Session
from tui.widgets.header_line import HeaderLine

_TITLE = " To confirm   "


class ConfirmScreen(ListingPage[UnsureList]):
    """Lists unsure categories; what is confirmed or corrected leaves the list."""

    BINDINGS = pressed("views", "confirm")
    keys_shown = "confirm"

    def __init__(self, session: Session) -> None:
        super().__init__(session, UnsureList)
        feedback = self.parts.add(CategoryFeedback(self, self.contents.read))
        self.parts.add(ConfirmKeys(self, self.contents, feedback))

    def draw(self) -> None:
        """Draw; the digits are candidates here, so that the line of modes gives way."""
        super().draw()
        who, limit = inert(self.session.desk.approver, 80), f", {self.session.limit}"
        room = self.size.width - len(_TITLE) - len(limit)
        shown = who if cell_len(who) <= room else crop(who, room)
        self.query_one(HeaderLine).say(safe(f"{_TITLE}{shown}{limit}", limit=200))

    def action_open(self) -> None:
        """Show the invoice."""
        if unsure := self.contents.table.record:
            self.show_invoice(unsure.invoice_id)

    def action_back(self) -> None:
        """Leave the field or the search; else close this screen."""
        if self._search.is_open or self._search.text:
            super().action_back()
        else:
            self.modes.action_queue()
