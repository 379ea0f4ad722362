"""The edit form's side of the books: its lease, and what an edit would lead to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from expense_agent.domain.category import UNSURE, Suggestion, suggestion_from
from expense_agent.domain.credit import Credit, Offset
from expense_agent.domain.edit import Edited
from expense_agent.domain.invoice import with_changes
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy
from expense_agent.errors import RequestRefused
from expense_agent.ports import Clock, Ledger, Registered
from expense_agent.service.readings import BeingEdited, Foreseen
from expense_agent.workflow.changes import Changes, changes_of


@dataclass(frozen=True)
class EditDesk:
    """Implements editing.Editing for one session."""

    ledger: Ledger
    policy: Policy
    clock: Clock
    categories: Collection[str]
    editor: str

    def begin(self, invoice_id: str) -> BeingEdited:
        """Say that the form is open, or still is; somebody else's lease stands, and is given."""
        return self.ledger.edit_leases.take(invoice_id, self.editor)

    def end(self, invoice_id: str) -> None:
        """Say that the form is closed."""
        self.ledger.edit_leases.release(invoice_id)

    def under_way(self) -> tuple[BeingEdited, ...]:
        """Return everything that is being edited at this moment, by whomever."""
        return self.ledger.edit_leases.standing()

    def shut(self) -> None:
        """Close every form of this session."""
        self.ledger.edit_leases.release_all()

    def foresee(self, invoice_id: str, changes: Mapping[str, str]) -> Foreseen:
        """Check a waiting invoice as an edit would leave it; raises RequestRefused."""
        from expense_agent.domain.chain import chain_for

        record = self.ledger.requests.open_of(invoice_id)
        if record is None:
            raise RequestRefused(f"{invoice_id} does not wait for anybody")
        known = self.ledger.registered(record.request.thread_id)
        credits_ = self.ledger.facts_for(known).credits
        read = changes_of(known, record.request, changes, credits_, self.categories)
        edited = replace(known, invoice=with_changes(known.invoice, read.after))
        suggestion = self._suggestion(known, read.after)
        holds = self._holds(edited, suggestion, read)
        chain = chain_for(edited.invoice, suggestion.category, self.policy)
        return Foreseen(holds, len(chain.seats))

    def _suggestion(self, known: Registered, after: Mapping[str, str]) -> Suggestion:
        """Return what its category rests on then."""
        if category := after.get("category", known.category):
            return Suggestion(category, 1.0, "person", f"set by {self.editor}")
        return suggestion_from(known.suggestion) if known.suggestion else UNSURE

    def _holds(self, edited: Registered, suggestion: Suggestion, read: Changes) -> tuple[Hold, ...]:
        from expense_agent.domain.rules import check
        from expense_agent.domain.scope import scope_of

        today = self.clock.now().date()
        scope = scope_of(edited.invoice, suggestion, self.policy, today)
        now = self.ledger.facts_for(edited, scope)
        after = dict(sorted(read.after.items()))  # as the ledger will have it
        facts = replace(
            now,
            edits=(*now.edits, Edited(self.editor, read.before, after)),
            # The edit answers what was asked, and what was approved before it counts no more.
            placed=tuple(mark for mark in now.placed if mark.rule != "sent_back"),
            approved=False,
            credits=_left_of(now.credits, read.taken),
        )
        return check(edited.invoice, suggestion, facts, self.policy)


def _left_of(credits_: Sequence[Credit], taken: Offset | None) -> tuple[Credit, ...]:
    """Return what is open of the credits once so much is taken of one."""
    if taken is None:
        return tuple(credits_)
    rest = Money(taken.credit.left.amount - taken.amount.amount, taken.amount.currency)
    lower = {taken.credit.invoice_id: replace(taken.credit, left=rest)}
    found = (lower.get(credit.invoice_id, credit) for credit in credits_)
    return tuple(credit for credit in found if credit.left.amount > 0)
