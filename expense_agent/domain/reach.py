"""What a person may approve, in a form a query can use to count; `authority` decides.

What others have lent a person, and what lending keeps apart, is told by `authority` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from expense_agent.domain.money import EXPONENTS, Money
from expense_agent.domain.policy import Policy
from expense_agent.domain.tiers import ANYBODY, name_seat, role_seat


@dataclass(frozen=True, slots=True)
class Reach:
    """Which requests a person can answer, whatever else is on them."""

    approver: str = ""
    known: bool = True
    """Whether the policy lets this person approve anything at all."""
    may_have_prepared: bool = True
    limits: Mapping[str, int] | None = None
    """Largest payable amount in minor units by currency; None: any."""
    seats: tuple[str, ...] | None = None
    """Seats of chains this person can fill; None: any."""


def reach_of(approver: str, policy: Policy) -> Reach:
    """Work out what the policy leaves to a person."""
    if not policy.approvers:
        return Reach(approver)
    person = next((known for known in policy.approvers if known.name == approver), None)
    if person is None:
        return Reach(approver, known=False)
    limits = None if person.limit is None else _limits(person.limit, policy)
    return Reach(
        approver,
        may_have_prepared=policy.preparers_may_approve,
        limits=limits,
        seats=(ANYBODY, name_seat(approver), *map(role_seat, person.roles)),
    )


def _limits(limit: Money, policy: Policy) -> dict[str, int]:
    """Give a limit in base currency as minor units of every currency that has a rate."""
    currencies = {policy.base_currency: Decimal(1), **policy.exchange_rates}
    return {
        currency: _largest(limit, currency, rate, policy)
        for currency, rate in currencies.items()
        if currency in EXPONENTS
    }


def _largest(limit: Money, currency: str, rate: Decimal, policy: Policy) -> int:
    """Give the largest amount that is within a limit after conversion, which rounds half up."""
    step = Decimal(1).scaleb(-EXPONENTS[limit.currency])
    unit = EXPONENTS[currency]
    beyond = ((limit.amount + step) * rate).scaleb(unit).to_integral_value(ROUND_FLOOR) + 1
    low, high = 0, int(beyond)  # low is within, high is not
    while high - low > 1:
        middle = (low + high) // 2
        based = policy.in_base_currency(Money.from_minor(middle, currency))
        within = based is not None and based.amount <= limit.amount
        low, high = (middle, high) if within else (low, middle)
    return low
