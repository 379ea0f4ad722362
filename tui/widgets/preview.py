"""The preview beside or below the queue: the invoice under the cursor, once the cursor rests."""

from textual.timer import Timer

from expense_agent.domain.verbs import Verb
from expense_agent.service import InvoiceDetail, QueueRow
from tui.messages import DetailWanted
from tui.model.availability import edited_now, why_not
from tui.session import Session
from tui.widgets.invoice_sheet import InvoiceSheet

REST_SECONDS = 0.06
"""How long the cursor rests before the preview reads the invoice."""
_ON_GROUP = "Enter shows or hides the invoices of this group, Space marks them"


class Preview(InvoiceSheet):
    """Follows the cursor of the queue."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(session, id=id)
        self._resting: Timer | None = None
        self._previewed: object = None
        """The request that is shown or waited for, and how its decision ended."""
        self._outdated: InvoiceDetail | None = None
        """The reading that was there before that."""

    def forget(self) -> None:
        """Read the invoice again, even if it is the one shown."""
        self._previewed = None

    def follow(self) -> None:
        """Show the invoice under the cursor, or ask for it once the cursor rests."""
        if not self.is_mounted or not self.display or not self.size:
            return
        inbox = self._session.inbox
        if (row := inbox.row_under_cursor) is None:
            if inbox.group_under_cursor:
                self.forget()
                self.say(_ON_GROUP)
            elif inbox.cursor is None:
                self.forget()
                self.say("")
            return
        detail, progress = inbox.detail, inbox.progress.get(row.key)
        wanted = (row.seen, progress and progress.outcome)
        if self._previewed != wanted:
            self._previewed, self._outdated = wanted, detail
            if self._resting:
                self._resting.stop()
            self._resting = self.set_timer(REST_SECONDS, self._ask_for_detail)
        if detail and detail.id == row.seen.invoice_id:
            self.show(detail, self._remark(row, detail))

    def _ask_for_detail(self) -> None:
        if row := self._session.inbox.row_under_cursor:
            self.post_message(DetailWanted(row.seen.invoice_id))

    def _remark(self, row: QueueRow, detail: InvoiceDetail) -> str:
        inbox = self._session.inbox
        if progress := inbox.progress.get(row.key):
            return progress.sentence
        waits_otherwise = detail.request and detail.fingerprint != row.seen.fingerprint
        if waits_otherwise and detail is not self._outdated:
            return "changed since the list was drawn: R shows it there, too"
        off = why_not(Verb.APPROVE, row, inbox, self._session.desk)
        return "; ".join(part for part in (edited_now(row, inbox), off) if part)
