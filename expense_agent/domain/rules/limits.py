"""How much may leave without a person."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import held


def over_limit(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is above the automatic limit, or cannot be compared with it."""
    payable = inv.payable
    if payable is None or payable.amount <= 0 or transfers_nothing(inv):
        return []
    limit = policy.automatic_limit
    based = policy.in_base_currency(payable)
    if based is None:
        reason = (
            f"no exchange rate for {payable.currency}: {payable} cannot be compared with {limit}"
        )
        return held(policy, "over_limit", reason, "add the rate to [exchange_rates]")
    if based.amount <= limit.amount:
        return []
    shown = f"{payable}" if based.currency == payable.currency else f"{payable} ({based})"
    as_of = [f"rate of {policy.rates_as_of}"] if based.currency != payable.currency else []
    return held(policy, "over_limit", f"{shown} is over the automatic limit {limit}", *as_of)
