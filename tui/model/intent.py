"""A person's intent for one row, exactly as it was drawn; not carried out yet."""

from dataclasses import dataclass

from expense_agent.service import (
    Approve,
    Comment,
    Edit,
    Park,
    QueueRow,
    Reject,
    Release,
    SendBack,
    Step,
)
from tui.model.progress import Verb

Decision = Approve | Reject | Edit | Park | Release | SendBack | Comment

_VERBS: dict[type, Verb] = {
    Approve: Verb.APPROVE,
    Reject: Verb.REJECT,
    Edit: Verb.EDIT,
    Park: Verb.HOLD,
    Release: Verb.RELEASE,
    SendBack: Verb.SEND_BACK,
    Comment: Verb.NOTE,
}


@dataclass(frozen=True, slots=True)
class Intent:
    """One decision about one row, ready for the engine."""

    row: QueueRow
    what: Decision

    @property
    def verb(self) -> Verb:
        """The kind of decision."""
        return _VERBS[type(self.what)]

    @property
    def reason(self) -> str:
        """The person's comment; "" if none."""
        match self.what:
            case SendBack(question=question):
                return question
            case Edit(changes=changes, comment=comment):
                return ", ".join([*(f"{name} {value}" for name, value in changes.items()), comment])
            case what:
                return str(getattr(what, "reason", ""))


def invoice_of(what: Decision | Step) -> str:
    """Return the id of the invoice a decision or a step is about."""
    return what.invoice_id if isinstance(what, Comment | Step) else what.seen.invoice_id
