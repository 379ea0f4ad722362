"""The chain of approvals an invoice needs: the tiers that match it, put together.

What every matching tier asks for must be there, so a tier can only add scrutiny, never take any
away. The same function says it when people are asked and again when the payment is to be made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from expense_agent.domain.feedback import keys_of_text
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Approver, Policy
from expense_agent.domain.supplier import supplier_keys
from expense_agent.domain.tiers import ANYBODY, Tier, fits, role_seat, seat_words

_SIMPLE_KEYS = ("second_above", "parallel_above")
BUDGET, TREASURY = "budget", "treasury"
"""The roles `parallel_above` asks for where an approver has one of them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The people who must approve one invoice."""

    seats: tuple[str, ...]
    parallel: bool
    """Whether all are asked at once."""
    ttl_hours: int
    tiers: tuple[str, ...]
    """Names of the tiers that ask for it; empty: one person, as always."""


def tiers_of(policy: Policy) -> tuple[Tier, ...]:
    """Return all tiers: those behind the simple keys first, then those of the file."""
    simple = []
    if policy.second_above is not None:
        simple.append(Tier("second_above", (ANYBODY, ANYBODY), policy.second_above))
    if policy.parallel_above is not None:
        pair = _pair(policy.approvers)
        simple.append(Tier("parallel_above", pair, policy.parallel_above, parallel=True))
    return (*simple, *policy.tiers)


def chain_for(invoice: Invoice, category: str | None, policy: Policy) -> Chain:
    """Return the chain of an invoice; without an exchange rate every amount counts as above."""
    return _merged([t for t in tiers_of(policy) if _matches(t, invoice, category, policy)], policy)


def satisfied(filled: Sequence[tuple[str, Sequence[str]]], seats: Sequence[str]) -> bool:
    """Whether approvals fill all seats, each by another one.

    `filled`: for each approval the seat it was given for, and every seat it may count for.
    """
    able = [{given, *others, ANYBODY} for given, others in filled]
    return len(able) >= len(seats) and _seated(seats, able)


def fillable(seats: Sequence[str], people: Iterable[Approver]) -> bool:
    """Whether these people can fill all seats, each one at most one."""
    able = [{seat for seat in seats if fits(seat, person.name, person.roles)} for person in people]
    return _seated(seats, able)


def impossible(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each tier whose chain nobody can satisfy, and why: tiers that can meet, together."""
    told: set[str] = set()
    for together in _meetings(tiers_of(policy)):
        chain, above = _merged(together, policy), _highest(together)
        people = [p for p in policy.approvers if p.limit is None or p.limit.amount > above]
        if not people and all(tier.name in _SIMPLE_KEYS for tier in together):
            continue  # above every limit nobody approves, alone or together: that is no chain
        if policy.approvers and fillable(chain.seats, people):
            continue
        if not policy.approvers and not any(chain.seats):
            continue
        name = together[-1].name
        if not told.intersection(tier.name for tier in together):
            told.add(name)
            yield name, _why_impossible(together, chain, above, people)


def _pair(approvers: Sequence[Approver]) -> tuple[str, str]:
    roles = {role for person in approvers for role in person.roles}
    if roles.isdisjoint((BUDGET, TREASURY)):
        return (ANYBODY, ANYBODY)
    return (role_seat(BUDGET), role_seat(TREASURY))


def _matches(tier: Tier, invoice: Invoice, category: str | None, policy: Policy) -> bool:
    return (
        _is_above(tier, invoice, policy)
        and (not tier.categories or category in tier.categories)
        and (not tier.cost_centres or invoice.buyer_reference in tier.cost_centres)
        and (not tier.suppliers or _is_of(tier.suppliers, invoice))
    )


def _is_above(tier: Tier, invoice: Invoice, policy: Policy) -> bool:
    if tier.above is None:
        return True
    if invoice.payable is None:
        return False
    based = policy.in_base_currency(invoice.payable)
    return based is None or based.amount > tier.above


def _is_of(suppliers: Sequence[str], invoice: Invoice) -> bool:
    keys = set(supplier_keys(invoice.supplier))
    return any(keys.intersection(keys_of_text(text)) for text in suppliers)


def _merged(tiers: Sequence[Tier], policy: Policy) -> Chain:
    """Put tiers together: every named seat of any, and as many people as the longest asks for."""
    named = tuple(dict.fromkeys(s for tier in tiers for s in tier.seats if s != ANYBODY))
    people = max((len(tier.seats) for tier in tiers), default=1)
    others = (ANYBODY,) * max(people - len(named), 0 if named else 1)
    hours = [tier.request_ttl_hours for tier in tiers if tier.request_ttl_hours is not None]
    return Chain(
        seats=others + named,
        parallel=any(tier.parallel for tier in tiers),
        ttl_hours=min(hours, default=policy.request_ttl_hours),
        tiers=tuple(tier.name for tier in tiers),
    )


def _seated(seats: Sequence[str], able: Sequence[set[str]]) -> bool:
    """Whether each seat gets somebody of its own (augmenting paths; both sides are small)."""
    of_seat: dict[int, int] = {}

    def seat(person: int, tried: set[int]) -> bool:
        for place, wanted in enumerate(seats):
            if wanted not in able[person] or place in tried:
                continue
            tried.add(place)
            if place not in of_seat or seat(of_seat[place], tried):
                of_seat[place] = person
                return True
        return False

    for person in range(len(able)):
        seat(person, set())
    return len(of_seat) == len(seats)


def _highest(tiers: Sequence[Tier]) -> Decimal:
    return max((tier.above for tier in tiers if tier.above is not None), default=Decimal(0))


def _meetings(tiers: Sequence[Tier]) -> list[list[Tier]]:
    """Return every set of tiers that one invoice can match, smaller sets first."""
    amounts = sorted({tier.above for tier in tiers if tier.above is not None})
    axes = (
        [None, *amounts],
        [None, *dict.fromkeys(c for tier in tiers for c in tier.categories)],
        [None, *dict.fromkeys(c for tier in tiers for c in tier.cost_centres)],
        [None, *dict.fromkeys(s for tier in tiers for s in tier.suppliers)],
    )
    found: dict[tuple[Tier, ...], None] = {}
    for amount, category, centre, supplier in product(*axes):
        met = tuple(
            tier
            for tier in tiers
            if (tier.above is None or (amount is not None and amount >= tier.above))
            and (not tier.categories or category in tier.categories)
            and (not tier.cost_centres or centre in tier.cost_centres)
            and (not tier.suppliers or supplier in tier.suppliers)
        )
        if met:
            found[met] = None
    return [list(met) for met in sorted(found, key=len)]


_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}


def _why_impossible(
    together: Sequence[Tier], chain: Chain, above: Decimal, people: Sequence[Approver]
) -> str:
    met = f" (together with {', '.join(chain.tiers[:-1])})" if len(together) > 1 else ""
    if not any(chain.seats):
        count = _NUMBERS.get(len(people), str(len(people))) if people else "no"
        have = "approver has" if len(people) <= 1 else "approvers have"
        only = f"only {count}" if people else count
        wanted = _NUMBERS.get(len(chain.seats), str(len(chain.seats)))
        limit = f"a limit above {above}" if above else "a limit"
        return f"{only} {have} {limit}, {wanted} are needed{met}"
    for seat in chain.seats:
        if seat != ANYBODY and not fillable((seat,), people):
            limit = f" with a limit above {above}" if above else ""
            return f"no approver{limit} can answer for {seat_words(seat)}{met}"
    wanted = ", ".join(map(seat_words, chain.seats))
    return f"{len(chain.seats)} different approvers are needed for {wanted}; there are too few{met}"
