"""How much may leave with nobody asked: by one invoice, by several, against credits."""

from collections.abc import Sequence

from expense_agent.domain.category import Suggestion
from expense_agent.domain.credit import Credit
from expense_agent.domain.facts import Facts, PartySum, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import described, held
from expense_agent.domain.scope import budgets_for, in_base_currency, uses


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


def over_limit(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is above the automatic limit, or cannot be compared with it."""
    payable = _asked(inv)
    if payable is None:
        return []
    limit = policy.automatic_limit
    based = policy.in_base_currency(payable)
    if based is None:
        reason = (
            f"no exchange rate for {payable.currency}: {payable} cannot be compared with {limit}"
        )
        return held(policy, "over_limit", reason, "add the rate to the policy")
    if based.amount <= limit.amount:
        return []
    # The rate of the day is evidence: it would make the reason new every day.
    foreign = based.currency != payable.currency
    rate = [f"{payable} is {based}", _rate(payable.currency, policy)] if foreign else []
    return held(policy, "over_limit", f"{payable} is over the automatic limit {limit}", *rate)


def split_limit(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what is small by itself, but with what left by itself before is more than allowed.

    Only what nobody was asked about counts, and nothing that a person has approved is held.
    """
    payable = _asked(inv)
    based = policy.in_base_currency(payable) if payable and not facts.approved else None
    if based is None or based.amount > policy.automatic_limit.amount:
        return []  # over_limit says it
    limit, days = policy.cumulative_limit, policy.limits.window_days
    sums = facts.automatic or (PartySum("", ()),)
    over = [left for left in sums if _exceeds(left, based, limit, policy)]
    if not over:
        return []
    reason = f"more than {limit} would leave to one supplier or account by itself in {days} days"
    listed = [f"{_party(left)}: {_listed(left.sums)} left by itself" for left in over if left.sums]
    return held(policy, "split_limit", reason, *listed, f"with this invoice {payable} more")


def near_limit(_i: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out several invoices just under the limit: one large one may have been split."""
    if not facts.near or facts.approved:
        return []
    reason = f"just under the limit {policy.automatic_limit}, and not the only one of these days"
    listed = [described(twin) for twin in facts.near]
    return held(policy, "near_limit", reason, *listed)


def budget(inv: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what its category has no money left for, counting all that is paid or approved.

    While the category is unsure, the strictest of its candidates counts.
    """
    payable = _asked(inv)
    planned = budgets_for(suggestion, policy)
    if payable is None or not planned:
        return []
    strictest = uses(planned, facts.committed, payable, policy)[0]
    allowed, used, of = strictest.allowed, strictest.used, strictest.budget
    name = f"the budget of {of.category} for this {of.period}, {allowed}"
    if used is None or strictest.this is None:
        return held(policy, "budget", f"without an exchange rate {name}, cannot be compared")
    if strictest.left >= 0:
        return []
    left = Money(allowed.amount - used.amount, allowed.currency)
    proof = (f"used: {used}", f"left: {left}", f"this invoice: {payable}")
    doubt = "" if of.category == suggestion.category else ", if that is its category"
    return held(policy, "budget", f"more than {name}{doubt}", *proof)


def _asked(inv: Invoice) -> Money | None:
    """Return what would be paid, None where nothing would."""
    payable = inv.payable
    return None if payable is None or payable.amount <= 0 or transfers_nothing(inv) else payable


def _exceeds(left: PartySum, this: Money, limit: Money, policy: Policy) -> bool:
    before = in_base_currency(left.sums, policy)
    return before is None or (before + this).amount > limit.amount


def _rate(currency: str, policy: Policy) -> str:
    rate, day = policy.exchange_rates[currency], policy.rate_date(currency)
    return f"1 {policy.base_currency} = {plain(rate)} {currency}, rate of {day}"


def _party(left: PartySum) -> str:
    kind, _, name = left.party.partition(":")
    return f"account {name}" if kind == "account" else f"supplier {name}"


def _listed(sums: Sequence[Money]) -> str:
    return " and ".join(str(money) for money in sums)
