"""The audit trail, newest first and live, and what this terminal has told in its run."""

from tui.keymap import pressed
from tui.lists.trail_list import TrailList
from tui.screens.listing import ListingPage
from tui.session import Session


class ActivityScreen(ListingPage[TrailList]):
    """Lists the trail; Enter opens the invoice a line is about."""

    BINDINGS = pressed("views", "activity")
    keys_shown = "activity"

    def __init__(self, session: Session) -> None:
        super().__init__(session, TrailList)

    def action_open(self) -> None:
        """Show the invoice the line is about."""
        entry = self.contents.table.record
        if entry and entry.invoice_id:
            self.show_invoice(entry.invoice_id)
        else:
            self.say("this line is about no single invoice")
