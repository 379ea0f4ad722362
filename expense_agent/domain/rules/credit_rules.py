"""Credits of the supplier: pointed out, offset by people, never used twice."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.credit import Credit
from expense_agent.domain.facts import Facts, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import held


def open_credit(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out credits of this supplier that could be offset against what is paid."""
    payable = inv.payable
    if not facts.credits or payable is None or payable.amount <= 0 or transfers_nothing(inv):
        return []
    credits_ = sorted(facts.credits, key=lambda credit: inv.number not in credit.about)
    left = sum((credit.left for credit in credits_), Money.from_minor(0, payable.currency))
    one = "a credit" if len(credits_) == 1 else f"{len(credits_)} credits"
    reason = f"{one} of this supplier, {left}, not offset: an edit takes it off"
    return held(policy, "open_credit", reason, *(_shown(credit, inv) for credit in credits_))


def credit_used(_i: Invoice, _s: Suggestion, facts: Facts, _p: Policy) -> list[Hold]:
    """Stop an invoice lowered by a credit that has been used elsewhere since; never switched off.

    It comes to that when an offset invoice is rejected, its credit used, and the rejection undone.
    """
    return [
        Hold(
            "credit_used",
            "block",
            f"the credit {credit_id} it was lowered by has been offset against other invoices",
            overridable=False,
        )
        for credit_id in facts.overdrawn
    ]


def _shown(credit: Credit, invoice: Invoice) -> str:
    about = " about this invoice" if invoice.number in credit.about else ""
    part = f" of {credit.amount}" if credit.left != credit.amount else ""
    return f"{credit.invoice_id}: {credit.number}{about}, {credit.left}{part}, {credit.booked}"
