"""Whether this invoice is one that is here already."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import held


def duplicate(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice whose supplier, number and kind the store already has.

    When the twin is paid the payment key is taken: that cannot be approved, or switched off.
    """
    if not facts.twins:
        return []
    listed = [
        f"{t.invoice_id}: {t.payable}, {t.status}, received {t.received}" for t in facts.twins
    ]
    paid = [twin for twin in facts.twins if twin.paid]
    if paid and not transfers_nothing(inv):
        reason = f"{inv.number} of this supplier is already paid as {paid[0].invoice_id}"
        return [Hold("duplicate", "block", reason, tuple(listed), overridable=False)]
    names = ", ".join(twin.invoice_id for twin in facts.twins)
    reason = f"{inv.number} of this supplier is here already: {names}"
    return held(policy, "duplicate", reason, *listed)
