"""Another policy tried over a store's history, invoice by invoice.

What rules found in the world then (accounts, twins, credits) is taken from what was recorded when
an invoice was first checked, and graded anew; rules that need no more than the invoice, the policy
and the sums so far are run again. So a bank account that changed two years ago still counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import SET_BY_PEOPLE
from expense_agent.domain.facts import Facts, PartySum, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules import (
    budget,
    category_unsure,
    missing_field,
    over_limit,
    period_locked,
    split_limit,
)
from expense_agent.domain.scope import budgets_for, months_of
from expense_agent.domain.twins import parties

_HOW = """
Holds over accounts, twins, credits and usual amounts are those recorded at the first check, graded
by the tried policy. A rule that was off then left no record and cannot be tried.

Of an invoice nobody was asked about, only the names of its warnings are recorded.

Sums over several invoices (split_limit, budget) are added up again by day of import, as if
everything had been decided on that day.

Exchange rates are those of the policy in force.

A category that a person has set since is not doubted again.
"""
APPROXIMATIONS = tuple(" ".join(said.split()) for said in _HOW.split("\n\n"))
_RUN_AGAIN = (over_limit, split_limit, budget, period_locked, category_unsure)
_NAMES = frozenset(rule.__name__ for rule in _RUN_AGAIN)


@dataclass(frozen=True, slots=True)
class Past:
    """One invoice as it came, and what became of it."""

    invoice_id: str
    invoice: Invoice
    """As read: edits came after the first check."""
    suggestion: Suggestion
    received: date
    holds: tuple[Hold, ...]
    """Those of the first check; without their words where nobody was asked."""
    status: str
    edited: bool
    decisions: int
    """How often people approved or rejected it."""
    waited_hours: float
    """How long people took, from shown to decided; 0 where nobody did."""

    @property
    def is_duplicate(self) -> bool:
        """Whether it was held as one that is here already."""
        return any(hold.rule in ("duplicate", "possible_duplicate") for hold in self.holds)


@dataclass(slots=True)
class Replay:
    """A policy going through the history, with what has left by itself so far."""

    policy: Policy
    recorded: Policy
    """The policy by which recorded holds were graded."""
    _left: dict[str, list[tuple[date, Money]]] = field(default_factory=dict)
    _committed: dict[tuple[str, str], list[Money]] = field(default_factory=dict)

    def asks(self, past: Past) -> tuple[Hold, ...]:
        """Return the holds that would have stopped an invoice; it leaves by itself without any."""
        holds = [*self._regraded(past), *self._run_again(past)]
        stops = tuple(hold for hold in holds if hold.severity == "block")
        self._count(past, by_itself=not stops)
        return stops

    def _regraded(self, past: Past) -> Iterable[Hold]:
        for hold in past.holds:
            if hold.rule in _NAMES and not self._stands(hold, past):
                continue
            changed = self.policy.severity(hold.rule) != self.recorded.severity(hold.rule)
            if changed and hold.overridable:
                yield replace(hold, severity=self.policy.severity(hold.rule))
            else:
                yield hold

    def _stands(self, hold: Hold, past: Past) -> bool:
        """Whether a recorded hold is kept although its rule could be run again."""
        return hold.rule == "category_unsure" and past.suggestion.kind in SET_BY_PEOPLE

    def _run_again(self, past: Past) -> Iterable[Hold]:
        facts = self._facts(past)
        for rule in _RUN_AGAIN:
            yield from rule(past.invoice, past.suggestion, facts, self.policy)
        if set(self.policy.required_fields) != set(self.recorded.required_fields):
            yield from missing_field(past.invoice, past.suggestion, facts, self.policy)

    def _facts(self, past: Past) -> Facts:
        since = past.received - timedelta(self.policy.limits.window_days)
        committed = {
            budget.category: _added(
                money
                for month in months_of(budget, past.received)
                for money in self._committed.get((budget.category, month), ())
            )
            for budget in budgets_for(past.suggestion, self.policy)
        }
        return Facts(
            invoice_id=past.invoice_id,
            today=past.received,
            automatic=tuple(
                PartySum(party, _added(money for day, money in self._left[party] if day > since))
                for party in parties(past.invoice)
                if party in self._left
            ),
            committed=committed,
        )

    def _count(self, past: Past, *, by_itself: bool) -> None:
        payable = past.invoice.payable
        if payable is None or not payable.is_exact or transfers_nothing(past.invoice):
            return
        if by_itself:
            for party in parties(past.invoice):
                self._left.setdefault(party, []).append((past.received, payable))
        if by_itself or past.status == "scheduled":
            key = (past.suggestion.category or "", past.received.isoformat()[:7])
            self._committed.setdefault(key, []).append(payable)


@dataclass(frozen=True, slots=True)
class Difference:
    """An invoice that one policy stops and the other lets through."""

    past: Past
    holds: tuple[Hold, ...]
    """The holds that stop it, under the policy that does."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A tried policy beside the one in force."""

    invoices: int
    untouched_now: int
    untouched_tried: int
    more: tuple[Difference, ...]
    """The invoices the tried policy lets through and the one in force stops."""
    fewer: tuple[Difference, ...]
    stops: Counter[str]
    """How many invoices each rule would stop under the tried policy."""


def compare(history: Iterable[Past], now: Policy, tried: Policy) -> Comparison:
    """Let both policies go through a history, oldest first; what transfers nothing is left out."""
    current, other = Replay(now, now), Replay(tried, now)
    more, fewer, stops, count = [], [], Counter[str](), Counter[str]()
    for past in history:
        if transfers_nothing(past.invoice):
            continue
        by_now, by_tried = current.asks(past), other.asks(past)
        count["all"] += 1
        count["now"] += not by_now
        count["tried"] += not by_tried
        stops.update({hold.rule for hold in by_tried})
        if by_now and not by_tried:
            more.append(Difference(past, by_now))
        if by_tried and not by_now:
            fewer.append(Difference(past, by_tried))
    untouched = count["now"], count["tried"]
    return Comparison(count["all"], *untouched, tuple(more), tuple(fewer), stops)


def _added(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for money in amounts:
        so_far = sums.get(money.currency)
        sums[money.currency] = so_far + money if so_far else money
    return tuple(sums.values())


def listed(differences: Sequence[Difference]) -> tuple[Money, ...]:
    """Add up what is asked for by invoices that are treated otherwise."""
    payable = (difference.past.invoice.payable for difference in differences)
    return _added(money for money in payable if money is not None)
