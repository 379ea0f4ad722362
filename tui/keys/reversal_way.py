"""Taking back what was carried out: appended, never erased, and never without a reason."""

from collections.abc import AsyncIterator, Callable

from expense_agent.service import (
    ApprovalService,
    AskedAgain,
    Event,
    Failed,
    PaymentView,
    Refused,
    Reopen,
    Undo,
)
from tui.messages import ErrandWanted
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
                lambda service, why: service.act(Undo(invoice_id, number, why)),
            )
        elif state in _REOPEN:
            self._ask_why(
                invoice_id,
                f"Ask again about {invoice_id}, which has {state}",
                "It waits on a thread of its own that names the old one; nothing is erased.",
                lambda service, why: service.act(Reopen(invoice_id, why)),
            )
        else:
            self.page.say(f"it is {state}: there is nothing to take back")

    def _ask_why(
        self,
        invoice_id: str,
        title: str,
        effect: str,
        ask: Callable[[ApprovalService, str], AsyncIterator[Event]],
    ) -> None:
        def answered(words: str | None) -> None:
            if not words:
                return

            async def work(service: ApprovalService) -> str:
                return await ended(ask(service, words))

            self.page.say(f"{invoice_id}: on its way")
            self.page.post_message(ErrandWanted(f"take back {invoice_id}", work, invoice_id))

        self.page.open(WordsScreen(self.session, title, effect), answered)


async def ended(events: AsyncIterator[Event]) -> str:
    """Follow what happens; give the end in a sentence."""
    last: Event | None = None
    async for event in events:
        last = event
    match last:
        case AskedAgain(why=why):
            return f"done, {why}"  # "waiting for a person"
        case Refused(reason=reason):
            return f"refused: {reason}"
        case Failed(reason=reason):
            return f"needs attention: {reason}"
        case _:
            return "it ended without a word: the trail (4) says what happened"
