"""A person's intent for one row, exactly as it was drawn; not carried out yet."""

from dataclasses import dataclass

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    Approve,
    Comment,
    Edit,
    PutOnHold,
    QueueRow,
    Reject,
    Release,
    SendBack,
)

Decision = Approve | Reject | Edit | PutOnHold | Release | SendBack | Comment


@dataclass(frozen=True, slots=True)
class Intent:
    """One decision about one row, ready for the engine."""

    row: QueueRow
    what: Decision

    @property
    def verb(self) -> Verb:
        """The kind of decision."""
        return self.what.verb

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
