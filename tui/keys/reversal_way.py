"""Taking back what was carried out: appended, never erased, and never without a reason."""

from collections.abc import Callable

from expense_agent.service import (
    ApprovalService,
    PaymentView,
    Reopen,
    Undo,
)
from tui.messages import ErrandWanted
from tui.model.progress import ending
from tui.screens.page import Page
from tui.screens.words import WordsScreen

_UNDO = ("scheduled", "rejected")
_REOPEN = ("expired",)


class Reversal:
    """Takes back from a page, after asking why."""

    def __init__(self, page: Page[None]) -> None:
        self.page = page
        self.session = page.session

    def ask(self, invoice_id: str, state: str, payment: PaymentView | None) -> None:
        """Ask why, then void the payment, set the rejection aside, or ask about it again."""
        if self.session.desk.read_only:
            self.page.say("cannot take anything back: read-only")
        elif payment and payment.status != "scheduled":
            self.page.say(f"the payment is {payment.status}: only a scheduled one can be voided")
        elif state in _UNDO:
            number = payment.id if payment else None
            what = f"the payment of {payment.amount} {payment.currency}" if payment else (
                "the rejection")  # fmt: skip
            self._ask_why(
                invoice_id,
                f"Take back {what} ({invoice_id})",
                "A payment is voided, never deleted; the invoice waits for a decision again.",
                lambda why: Undo(invoice_id, number, why),
            )
        elif state in _REOPEN:
            self._ask_why(
                invoice_id,
                f"Ask again about {invoice_id}, which has {state}",
                "It waits on a thread of its own that names the old one; nothing is erased.",
                lambda why: Reopen(invoice_id, why),
            )
        else:
            self.page.say(f"it is {state}: there is nothing to take back")

    def _ask_why(
        self,
        invoice_id: str,
        title: str,
        effect: str,
        make: Callable[[str], Undo | Reopen],
    ) -> None:
        def answered(words: str | None) -> None:
            if not words:
                return

            action = make(words)

            async def work(service: ApprovalService) -> str:
                told = [event async for event in service.act(action)]
                return ending(action.verb, told[-1])

            self.page.say(f"{invoice_id}: on its way")
            self.page.post_message(ErrandWanted(invoice_id, work, invoice_id))

        self.page.open(WordsScreen(self.session, title, effect), answered)
