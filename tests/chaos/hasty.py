"""Worse builds for the tests of interleavings: each lacks what keeps two from colliding."""

from expense_agent.storage.ledger import StoredLedger
from expense_agent.workflow.decisions import Desk
from tests.chaos.mutants import _altered, _schema_without

_ADD = "self.ledger.add_comment(known"
_TAKE = 'self.ledger.claims.take(known.thread_id, new_owner(), "comment")'


def asks_what_is_answered() -> None:
    """Write down what a thread asks without a look at what has come of it meanwhile."""
    _altered(StoredLedger.open_requests, ("if any(", "if False and any("))
    _schema_without("requests_in_time")


def remarks_take_a_claim() -> None:
    """Let a remark have its thread to itself."""
    _altered(Desk.comment, (_ADD, f"{_TAKE}; {_ADD}"))
