"""A person's authority in a form a query can count by. `authority` alone says who may approve.

Two requests of one standing differ in their amount only, and of the amount it matters only between
which two limits of the policy it lies. So the answer is worked out once for each standing and band,
however many requests wait.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property

from expense_agent.domain.authority import Asked, authority, too_late, who_may
from expense_agent.domain.invoice import canonical_json
from expense_agent.domain.money import EXPONENTS, Money
from expense_agent.domain.policy import Policy

_NO_RATE = Money(Decimal(0), "XXX")
"""Stands for any amount in a currency that no rate brings to base currency."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts that decide who may approve a request, but for its amount and holds."""

    seat: str
    others: tuple[str, ...]
    given: tuple[tuple[str, str | None], ...]
    preparers: tuple[str, ...]
    apart: bool
    has_amount: bool

    @classmethod
    def of(cls, asked: Asked) -> "Standing":
        """Return the standing of a request."""
        return cls(
            seat=asked.seat,
            others=asked.others,
            given=tuple(sorted(asked.given, key=str)),
            preparers=tuple(sorted(asked.preparers)),
            apart=asked.apart,
            has_amount=asked.payable is not None,
        )

    @classmethod
    def from_text(cls, text: str) -> "Standing":
        """Read back what `text` gave."""
        seat, others, given, preparers, apart, has_amount = json.loads(text)
        return cls(
            seat,
            tuple(others),
            tuple((approver, principal) for approver, principal in given),
            tuple(preparers),
            bool(apart),
            bool(has_amount),
        )

    @property
    def text(self) -> str:
        """The same text for the same standing."""
        parts = (self.seat, self.others, self.given, self.preparers, self.apart, self.has_amount)
        return canonical_json(parts)

    def asked(self, payable: Money) -> Asked:
        """Return a request of this standing."""
        return Asked(
            payable=payable if self.has_amount else None,
            preparers=dict.fromkeys(self.preparers, "prepared"),
            given=self.given,
            seat=self.seat,
            others=self.others,
            apart=self.apart,
        )


class Reach:
    """Which requests one person may approve under one policy."""

    def __init__(self, who: str = "", policy: Policy | None = None) -> None:
        self.who = who
        self._policy = policy or Policy()

    @cached_property
    def _limits(self) -> tuple[Decimal, ...]:
        """Every amount in base currency at which somebody's authority ends, ascending."""
        own = [person.limit for person in self._policy.approvers]
        lent = [lent.cap for lent in self._policy.delegations]
        return tuple(sorted({limit.amount for limit in (*own, *lent) if limit is not None}))

    @cached_property
    def _samples(self) -> tuple[Money, ...]:
        """An amount of every band: up to each limit, above all of them, and without a rate."""
        base = self._policy.base_currency
        above = max(self._limits, default=Decimal(0)) + 1
        return (*(Money(limit, base) for limit in (*self._limits, above)), _NO_RATE)

    @property
    def bands(self) -> int:
        """How many bands there are; the last one is that of currencies without a rate."""
        return len(self._samples)

    @cached_property
    def ladders(self) -> Mapping[str, tuple[int, ...]]:
        """The largest amounts of the bands but the last two, in minor units of each currency."""
        currencies = {self._policy.base_currency: Decimal(1), **self._policy.exchange_rates}
        return {
            currency: tuple(
                _largest(Money(limit, self._policy.base_currency), currency, rate, self._policy)
                for limit in self._limits
            )
            for currency, rate in currencies.items()
            if currency in EXPONENTS
        }

    def within(self, standing: Standing, today: date) -> tuple[int, ...]:
        """Return the bands in which this person may approve requests of a standing."""
        return tuple(
            band
            for band, payable in enumerate(self._samples)
            if not authority(self.who, standing.asked(payable), self._policy, today).refusal
        )

    def waits_for(self, asked: Asked, now: str) -> tuple[str, ...]:
        """Name who may approve a request now (UTC, as stored); nobody once its time is over."""
        if too_late(asked.expires_at, now):
            return ()
        return who_may(asked, self._policy, date.fromisoformat(now[:10]))


def _largest(limit: Money, currency: str, rate: Decimal, policy: Policy) -> int:
    """Return the largest amount that is within a limit after conversion, which rounds half up."""
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
