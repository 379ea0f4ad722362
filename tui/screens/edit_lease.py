"""The lease of an open edit form: others are told who is editing, for as long as somebody does.

It saves people work and no more: what is saved is about what was seen, or it is refused.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from expense_agent.service import ApprovalService, BeingEdited, Edit, QueueRow
from tui.messages import ReadWanted
from tui.model.why_not import being_edited
from tui.screens.page import Dialog
from tui.session import Session

A = TypeVar("A")
FORGOTTEN = timedelta(minutes=5)
"""A form in which nobody types for so long keeps nobody else from editing."""


class LeaseDialog(Dialog[Edit]):
    """A dialog about one request, with a lease on it from its opening to its closing."""

    def __init__(self, session: Session, row: QueueRow) -> None:
        super().__init__(session)
        self.row = row
        self._touched = session.now()

    @property
    def invoice_id(self) -> str:
        """The invoice that is edited."""
        return self.row.seen.invoice_id

    def problem(self, sentence: str) -> None:
        """Say what stands in the way."""
        raise NotImplementedError

    def cannot_read(self, error: Exception) -> None:
        """Say that the store has no answer."""
        raise NotImplementedError

    def ask(
        self, kind: str, read: Callable[[ApprovalService], A], take: Callable[[A], None]
    ) -> None:
        """Read the store, also while this dialog closes."""
        self.app.post_message(ReadWanted(self, kind, read, take))

    def begin(self, service: ApprovalService) -> tuple[BeingEdited, float]:
        """Take the lease or renew it; give whose it is, and its seconds."""
        desk = service.edit_desk
        return desk.begin(self.invoice_id), desk.seconds

    def is_mine(self, lease: BeingEdited) -> bool:
        """Whether this person may go on; else who edits it is said."""
        if lease.by == self.session.desk.approver:
            return True
        self.problem(f"{being_edited(lease)}: nothing can be saved here until they close it")
        return False

    def keep(self, seconds: float) -> None:
        """Renew the lease for as long as somebody types."""
        self.set_interval(seconds / 3, self._renew)

    def touched(self) -> None:
        """Note that somebody types."""
        was_forgotten = self._is_forgotten
        self._touched = self.session.now()
        if was_forgotten:
            self._renew()

    @property
    def _is_forgotten(self) -> bool:
        return self.session.now() - self._touched >= FORGOTTEN

    def _renew(self) -> None:
        if not self._is_forgotten:
            self.ask("edit renew", self.begin, self._renewed)

    def _renewed(self, begun: tuple[BeingEdited, float]) -> None:
        self.is_mine(begun[0])

    def leave(self, edit: Edit | None = None) -> None:
        """Close the form, and let others edit."""
        invoice_id = self.invoice_id
        ended = f"edit end {invoice_id}"  # a kind of its own: no other end may take its place
        self.ask(ended, lambda service: service.edit_desk.end(invoice_id), lambda _: None)
        self.dismiss(edit)
