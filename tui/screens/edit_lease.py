"""The lease of an open edit form: others are told who is editing, for as long as somebody does.

It saves people work and no more: what is saved is about what was seen, or it is refused.
"""

from datetime import timedelta

from expense_agent.service import ApprovalService, BeingEdited, Edit, QueueRow
from tui.model.availability import being_edited
from tui.screens.page import Dialog
from tui.session import Session

FORGOTTEN = timedelta(minutes=5)
"""A form in which nobody types for so long keeps nobody else from editing."""
LOOK_SECONDS = 20.0


class LeaseDialog(Dialog[Edit]):
    """A dialog about one request, with a lease on it as long as somebody types."""

    def __init__(self, session: Session, row: QueueRow) -> None:
        super().__init__(session)
        self.row = row
        self._touched = session.now()
        self._let_go = False

    @property
    def invoice_id(self) -> str:
        """The invoice that is edited."""
        return self.row.seen.invoice_id

    def problem(self, sentence: str) -> None:
        """Say what stands in the way."""
        raise NotImplementedError

    def begin(self, service: ApprovalService) -> BeingEdited:
        """Take the lease; give whose it is."""
        return service.edit_desk.begin(self.invoice_id)

    def is_mine(self, lease: BeingEdited) -> bool:
        """Whether this person may go on; else who edits it is said."""
        if lease.by == self.session.desk.approver:
            return True
        self.problem(f"{being_edited(lease)}: nothing can be saved here until they close it")
        return False

    def keep(self) -> None:
        """Let others edit once this form is forgotten."""
        self.set_interval(LOOK_SECONDS, self.look_whether_forgotten)

    def look_whether_forgotten(self) -> None:
        """End the lease if nobody has typed for long."""
        if not self._let_go and self.session.now() - self._touched >= FORGOTTEN:
            self._let_go = True
            self._end()

    def touched(self) -> None:
        """Note that somebody types; whoever comes back takes the lease anew."""
        self._touched = self.session.now()
        if self._let_go:
            self._let_go = False
            self.ask("edit again", self.begin, self._taken_again)

    def _taken_again(self, lease: BeingEdited) -> None:
        self.is_mine(lease)

    def leave(self, edit: Edit | None = None) -> None:
        """Close the form, and let others edit."""
        self._end()
        self.dismiss(edit)

    def _end(self) -> None:
        invoice_id = self.invoice_id
        ended = f"edit end {invoice_id}"  # a kind of its own: no other end may take its place
        self.ask(ended, lambda service: service.edit_desk.end(invoice_id), lambda _: None)
