"""Where answers are taken back: undo and reopen, each one race for one row, decided here.

As at the desk, all is checked and written in one ledger transaction before any thread runs, and
the losers are told who was there first. Loads no LangGraph.
"""

from dataclasses import dataclass

from expense_agent.domain.authority import why_not_decide
from expense_agent.domain.policy import Policy
from expense_agent.errors import RequestRefused
from expense_agent.ports import Ledger, Registered
from expense_agent.workflow.claim_guard import Job, new_owner, take_or_refuse

_REFUSED = ("rejected", "expired")


@dataclass(frozen=True, slots=True)
class ReversalDesk:
    """Records what people take back, and what they want asked again."""

    ledger: Ledger
    policy: Policy

    def undo(self, invoice_id: str, payment_id: int | None, by: str, reason: str) -> Job:
        """Take an answer back; return the job of asking again.

        `payment_id` is the payment that was seen, None where a rejection was seen: what happened
        since is refused, not undone.
        """
        with self.ledger.transaction():
            known = self._known(invoice_id, by, reason)
            self._must_stand(known, payment_id)
            owner = self._claimed(known)
            self.ledger.reversals.take_back(known, payment_id, by, reason.strip())
        return Job(known.thread_id, owner)

    def reopen(self, invoice_id: str, by: str, reason: str) -> Job:
        """Ask again about a refused invoice; return the job of running its new thread."""
        with self.ledger.transaction():
            known = self._known(invoice_id, by, reason)
            self._must_be_reopenable(known)
            anew = self.ledger.reversals.reopen(known, by, reason.strip())
            owner = self._claimed(anew)
        return Job(anew.thread_id, owner)

    def _known(self, invoice_id: str, by: str, reason: str) -> Registered:
        if not reason.strip():
            raise RequestRefused("give a reason: whoever is asked again reads it")
        refusal = why_not_decide(by, self.policy)
        if refusal:
            raise RequestRefused(refusal)
        known = self.ledger.reversals.find(invoice_id)
        self.ledger.mend(known.thread_id)
        return self.ledger.reversals.find(invoice_id)

    def _must_stand(self, known: Registered, payment_id: int | None) -> None:
        paid = self.ledger.reversals.last_payment(known.id)
        if payment_id is not None and paid is not None:
            self._must_be_scheduled(known, payment_id, paid)
        elif payment_id is not None or known.status != "rejected":
            raise RequestRefused(f"{known.id} is {known.status}: {_ways_out(known)}")
        elif again := self.ledger.reversals.reopened_as(known.thread_id):
            raise RequestRefused(f"{known.id} is asked about again as {again}")

    def _must_be_scheduled(self, known: Registered, payment_id: int, paid: tuple[int, str]) -> None:
        last, status = paid
        if last != payment_id:
            raise RequestRefused(f"{known.id} is paid by payment {last} now, not {payment_id}")
        if status == "voided":
            who = known.reversals[-1]
            raise RequestRefused(f"payment {last} was taken back already by {who.by}", by=who.by)
        if status != "scheduled":
            raise RequestRefused(f"payment {last} is {status}: ask the bank to recall it")

    def _must_be_reopenable(self, known: Registered) -> None:
        if known.status not in _REFUSED:
            raise RequestRefused(f"{known.id} is {known.status}: {_ways_out(known)}")
        if again := self.ledger.reversals.reopened_as(known.thread_id):
            raise RequestRefused(f"{known.id} is asked about again already, as {again}")

    def _claimed(self, known: Registered) -> str:
        owner = new_owner()
        take_or_refuse(self.ledger, known, owner, "undo")
        return owner


def _ways_out(known: Registered) -> str:
    match known.status:
        case "scheduled":
            return "its payment can be taken back with `undo`"
        case "expired":
            return "`reopen` asks about it again"
        case "rejected":
            return "`undo` or `reopen` asks about it again"
        case "booked":
            return "nothing was to be transferred, so there is nothing to take back"
        case _:
            return "it is not decided, so there is nothing to take back"
