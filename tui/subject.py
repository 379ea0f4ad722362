"""The subject of a page's deciding keys: the row under the cursor, the marks, or one invoice."""

from typing import Protocol

from expense_agent.domain.verbs import Verb
from expense_agent.service import InvoiceDetail, QueueRow
from tui.model.availability import edited_now, why_not
from tui.session import Session


class Subject(Protocol):
    """One request that is shown, and those that are marked instead."""

    @property
    def row(self) -> QueueRow | None:
        """The request that is shown, as drawn."""
        ...

    @property
    def invoice_id(self) -> str | None:
        """The invoice that is shown, whether it waits or not."""
        ...

    @property
    def marked(self) -> tuple[QueueRow, ...]:
        """The marked requests, as they were drawn when marked."""
        ...

    def why_not(self, verb: Verb) -> str | None:
        """Say why the key of a verb does nothing now, or None."""
        ...


class InQueue:
    """The marked requests of the queue, else the one under its cursor."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def row(self) -> QueueRow | None:
        """The request under the cursor, as drawn."""
        return self._session.inbox.row_under_cursor

    @property
    def invoice_id(self) -> str | None:
        """The invoice under the cursor."""
        return self.row.seen.invoice_id if self.row else None

    @property
    def marked(self) -> tuple[QueueRow, ...]:
        """The marked requests, as they were drawn when marked."""
        return tuple(self._session.inbox.marks.values())

    def why_not(self, verb: Verb) -> str | None:
        """Say why a verb is off; what is marked must have been read."""
        session = self._session
        if session.marking.awaited:
            return "what you have marked is still being read"
        if session.inbox.marks:
            return None
        return why_not(verb, self.row, session.inbox, session.desk)


class OneInvoice:
    """An invoice exactly as it was read, whatever is marked elsewhere."""

    marked: tuple[QueueRow, ...] = ()

    def __init__(self, session: Session, detail: InvoiceDetail | None = None) -> None:
        self._session = session
        self.detail = detail
        """None until it has been read."""
        self.row = detail.request if detail else None
        """Its request; None: nothing waits, or it is not known yet."""

    @property
    def invoice_id(self) -> str | None:
        """The invoice, once it is known."""
        if self.detail:
            return self.detail.id
        return self.row.seen.invoice_id if self.row else None

    def why_not(self, verb: Verb) -> str | None:
        """Say why a verb is off; what has not been read cannot be decided."""
        session, detail = self._session, self.detail
        if detail is None:
            return "the invoice is still being read"
        if self.row and (reason := why_not(verb, self.row, session.inbox, session.desk)):
            return reason
        if detail.request is None:
            return f"it is {detail.state}: nothing waits for a decision"
        return None

    @property
    def remark(self) -> str:
        """How its decision goes, else who edits it and why it cannot be approved."""
        inbox, row = self._session.inbox, self.row
        if row and (progress := inbox.progress.get(row.key)):
            return progress.sentence
        editing = edited_now(row, inbox) if row else None
        return "; ".join(part for part in (editing, self.why_not(Verb.APPROVE)) if part)
