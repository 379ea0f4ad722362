"""One invoice as it was read for a run, handed from node to node so that nothing is read twice.

Whoever runs a thread holds its claim, so nobody else edits its invoice meanwhile; and what pays or
closes it reads it again, in the transaction that does.
"""

from datetime import date

from expense_agent.domain.facts import Facts, Scope
from expense_agent.ports import Ledger, Registered

_Basis = tuple[object, Registered, Scope, date]


class Reading:
    """The invoice of a run, and the facts about it for as long as nobody has written anything."""

    def __init__(self, known: Registered | None = None) -> None:
        self._known = known
        self._facts: tuple[_Basis, Facts] | None = None

    def invoice(self, ledger: Ledger, thread_id: str) -> Registered:
        """Return the invoice that was handed on; without one it is read."""
        if self._known is None:
            return ledger.registered(thread_id)
        assert self._known.thread_id == thread_id, "a reading is of one thread"
        return self._known

    def facts(self, ledger: Ledger, known: Registered, scope: Scope, today: date) -> Facts:
        """Return the facts about an invoice; kept ones only where they would be read again alike.

        All that facts are read from changes together with an event of the trail. So while its
        newest event is the one from before they were read, they hold; inside a transaction that
        is as good as reading them there.
        """
        basis = (ledger.newest_event(), known, scope, today)
        if self._facts is None or self._facts[0] != basis:
            self._facts = (basis, ledger.facts_for(known, scope))
        return self._facts[1]
