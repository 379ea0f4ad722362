"""The ledger's payments; Enter opens the invoice of one, P shows the next payment run."""

from tui.destinations import ShowPayRun
from tui.keymap import pressed
from tui.keys.reversal_way import Reversal
from tui.lists.payment_list import PaymentList
from tui.screens.listing import ListingPage
from tui.session import Session
from tui.widgets.paged_table import PagedTable


class PaymentsScreen(ListingPage[PaymentList]):
    """Lists payments; nothing here changes one without asking."""

    BINDINGS = pressed("views", "payments")
    keys_shown = "payments"

    def __init__(self, session: Session) -> None:
        super().__init__(session, PaymentList)

    def on_paged_table_wanted(self, message: PagedTable.Wanted) -> None:
        """Read payments that are in sight, or nearly."""
        self.contents.read_rows(message.keys)

    def action_open(self) -> None:
        """Show the invoice of the payment."""
        if payment := self.contents.table.record:
            self.show_invoice(payment.invoice_id)

    def action_take_back(self) -> None:
        """Void the payment under the cursor, with a reason."""
        if payment := self.contents.table.record:
            Reversal(self).ask(payment.invoice_id, "scheduled", payment)

    def action_run(self) -> None:
        """Show what a payment run would hold."""
        self.show(ShowPayRun())
