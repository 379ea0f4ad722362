"""Looking closer at an invoice, also with programs of the person's own; decides nothing."""

from expense_agent.service import QueueRow
from tui.keymap import bindings
from tui.screens.mode_page import ModePage


class LookingPage(ModePage):
    """A screen that shows an invoice."""

    BINDINGS = bindings("look")

    def target(self) -> QueueRow | None:
        """Give the request this screen shows."""
        raise NotImplementedError

    @property
    def looked_at(self) -> str | None:
        """The id of the invoice that is shown."""
        row = self.target()
        return row.seen.invoice_id if row else None

    def action_document(self) -> None:
        """Show what the invoice was read from."""
        if invoice_id := self.looked_at:
            self.say("reading the document")
            self.ask("document", lambda service: service.document(invoice_id), self._page)

    def _page(self, text: str) -> None:
        """Show a text in the pager; it is harmless already."""
        from tui.pager import paged  # noqa: PLC0415 - when needed

        self.say(paged(self.app, text))
