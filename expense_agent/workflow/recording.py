"""Where every action becomes rows of the ledger: the one place that knows all verbs.

Recording gives the job of carrying it out. Loads no LangGraph.
"""

from dataclasses import dataclass

from expense_agent.domain.approval import CLOCK, Verdict
from expense_agent.service.actions import (
    Approve,
    Edit,
    Expire,
    PutOnHold,
    Recorded,
    Reject,
    Release,
    Reopen,
    SendBack,
    Step,
    Undo,
)
from expense_agent.workflow.claim_guard import Job
from expense_agent.workflow.decisions import Desk
from expense_agent.workflow.reversal_desk import ReversalDesk


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes down what one person wants."""

    desk: Desk
    reversals: ReversalDesk
    by: str

    def record(self, action: Recorded) -> Job:  # noqa: C901 - one case a verb
        """Write an action down, once; return the job that follows. Raises RequestRefused."""
        desk, by = self.desk, self.by
        match action:
            case Approve(seen=seen, comment=comment, bulk=bulk):
                return desk.decide(seen, Verdict.APPROVE, by, comment, bulk=bulk)
            case Reject(seen=seen, reason=reason):
                return desk.decide(seen, Verdict.REJECT, by, reason)
            case PutOnHold(seen=seen, until=until, reason=reason):
                return desk.decide(seen, Verdict.HOLD, by, reason, until)
            case Release(seen=seen, reason=reason):
                return desk.decide(seen, Verdict.RELEASE, by, reason)
            case SendBack(seen=seen, question=question):
                return desk.decide(seen, Verdict.SEND_BACK, by, question)
            case Expire(seen=seen):
                return desk.decide(seen, Verdict.EXPIRE, CLOCK, "nobody decided in time")
            case Edit(seen=seen, changes=changes, comment=comment):
                return desk.edit(seen, changes, by, comment)
            case Step(invoice_id=invoice_id, step=step):
                return desk.step(invoice_id, step, by)
            case Undo(invoice_id=invoice_id, payment_id=payment_id, reason=reason):
                return self.reversals.undo(invoice_id, payment_id, by, reason)
            case Reopen(invoice_id=invoice_id, reason=reason):
                return self.reversals.reopen(invoice_id, by, reason)
