"""Rules that compare payee and amount with the suppliers we know and their earlier invoices."""

from decimal import Decimal
from statistics import median

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, payment_account, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.lookalike import may_be_taken_for
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import confirmed, held

ENOUGH_HISTORY = 8
"""Payments of a supplier that are needed before one of its amounts can be unusual."""
_FAR = 6
"""How many usual deviations above the median an amount must lie ..."""
_LEAST_SPREAD = Decimal("0.1")
"""... each of them at least this share of the median: rents that never change have none."""
_NORMAL = Decimal("1.4826")
"""Turns a median absolute deviation into what a standard deviation would be."""


def account_of_another(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what would be paid into an account that a person has listed for another supplier.

    One that another was only paid into is pointed out: factors collect for many suppliers.
    """
    account, others = payment_account(inv, facts), facts.others_with_account
    if transfers_nothing(inv) or account is None or not others:
        return []
    severity = policy.severity("account_of_another")
    if severity == "block" and not facts.account_listed_elsewhere:
        severity = "warn"
    reason = f"{account} is known as the account of {others[0]}"
    return [Hold("account_of_another", severity, reason, others[1:])]


def supplier_lookalike(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an unknown supplier whose name may be taken for that of one we know."""
    name = inv.supplier.name or ""
    alike = [known for known in facts.lookalikes if may_be_taken_for(name, known)]
    if facts.supplier_known or not alike:
        return []
    reason = f"{name} looks like {alike[0]}, but has neither its name nor its ids"
    return held(policy, "supplier_lookalike", reason, *_ids(inv), *alike[1:])


def first_payment(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out the first payment of a known supplier into an account."""
    account = payment_account(inv, facts)
    if transfers_nothing(inv) or account is None or facts.account_paid or not facts.supplier_known:
        return []
    if facts.known_accounts and not confirmed(inv, facts):
        return []  # account_changed says it
    known = [f"{k.account}: {k.origin}, {k.since}" for k in facts.known_accounts]
    return held(policy, "first_payment", f"nothing was paid into {account} before", *known)


def unusual_amount(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out an amount far above all that this supplier was paid before."""
    payable, usual = inv.payable, facts.usual
    if payable is None or transfers_nothing(inv) or len(usual) < ENOUGH_HISTORY:
        return []
    middle = median(usual)
    deviation = _NORMAL * median(abs(amount - middle) for amount in usual)
    far = middle + _FAR * max(deviation, _LEAST_SPREAD * middle)
    if payable.amount <= max(far, *usual):
        return []
    low, mid, high = (Money(a, inv.currency).rounded() for a in (min(usual), middle, max(usual)))
    reason = f"{payable} is far above what this supplier was paid before"
    proof = f"the last {len(usual)} payments: median {mid}, from {low} to {high}"
    return held(policy, "unusual_amount", reason, proof)


def _ids(inv: Invoice) -> list[str]:
    ids = (("VAT id", inv.supplier.vat_id), ("legal id", inv.supplier.legal_id))
    return [f"{kind} on the invoice: {value}" for kind, value in ids if value]
