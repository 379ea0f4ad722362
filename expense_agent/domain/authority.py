"""The right to answer a request: by a limit and a role, one's own or lent for some days.

No person counts twice in a chain, under whatever hat; what keeps people apart here is held once
more by the ledger's own guards.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from expense_agent.domain.approval import ApprovalRequest, Decision, Verdict
from expense_agent.domain.chain import fillable
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Hold, Policy
from expense_agent.domain.tiers import ANYBODY, Delegation, fits, is_name, seat_words

_NAMED = 3
"""So many approvers are named to somebody who is none of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts that decide whether somebody may approve a request."""

    payable: Money | None
    holds: tuple[Hold, ...] = ()
    preparers: Mapping[str, str] = field(default_factory=dict)
    """The parts people had in it: {"ann": "imported", "bob": "edited"}."""
    given: tuple[tuple[str, str | None], ...] = ()
    """Approvals of this round: by whom, and on whose behalf."""
    seat: str = ANYBODY
    """The person the request is for."""
    others: tuple[str, ...] = ()
    """Seats of the chain that are to be filled besides."""
    apart: bool = False
    """Whether it was asked on the terms that who prepared it does not approve it."""
    expires_at: str = ""
    """UTC, as stored; "": never."""


def open_seats(seats: Sequence[str], filled: Collection[int]) -> tuple[str, ...]:
    """Return the seats of a chain whose levels, counted from 1, are not among the filled ones."""
    return tuple(seat for level, seat in enumerate(seats, 1) if level not in filled)


def asked_by(
    request: ApprovalRequest,
    payable: Money | None,
    preparers: Mapping[str, str],
    decisions: Sequence[Decision],
) -> Asked:
    """Return what decides about a request, from all decisions on its invoice so far."""
    approvals = [d for d in decisions if d.round == request.round and d.verdict is Verdict.APPROVE]
    return Asked(
        payable=payable,
        holds=request.holds,
        preparers=preparers,
        given=tuple((d.approver, d.on_behalf_of) for d in approvals),
        seat=request.seat,
        others=open_seats(request.seats, {request.level, *(d.level for d in approvals)}),
        apart=not request.preparers_may_approve,
        expires_at=request.expires_at,
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """Whether somebody may approve, and by whose authority."""

    refusal: str | None = None
    """Why not, in one sentence; the same text is shown and stored."""
    on_behalf_of: str | None = None
    """The person who lent the authority; None: it is the approver's own."""
    late: bool = False
    """Whether nobody can give any answer any more: its time has run out."""


def authority(who: str, asked: Asked, policy: Policy, today: date) -> Authority:
    """Say whether a person may approve: in their own right if they can, else for somebody else."""
    stuck = next((hold for hold in asked.holds if not hold.overridable), None)
    if stuck is not None:
        return Authority(f"edit or reject it: {stuck.reason}")
    if refusal := _has_had_a_say(who, asked):
        return Authority(refusal)
    if not policy.approvers:
        return Authority(_as_it_was_asked(who, asked))
    if refusal := _linked(who, asked, policy, today):
        return Authority(refusal)
    own = _own_refusal(who, asked, policy)
    if own is None:
        return Authority(_leaves_a_gap(who, asked, policy))
    for lent in _lent_to(who, policy, today):
        if _lent_refusal(who, lent, asked, policy) is None and not _linked(
            lent.principal, asked, policy, today
        ):
            return Authority(on_behalf_of=lent.principal)
    return Authority(own)


def too_late(expires_at: str, now: str) -> str | None:
    """Say that nobody can answer any more, not even by an edit; None while there is time."""
    if not expires_at or now <= expires_at:
        return None
    return f"the request expired at {expires_at}; `expire` closes it"


def who_may(asked: Asked, policy: Policy, today: date) -> tuple[str, ...]:
    """Name the people of the policy who may approve it; empty when it names none."""
    names = [person.name for person in policy.approvers]
    names += [lent.delegate for lent in policy.delegations]
    return tuple(
        name
        for name in dict.fromkeys(names)
        if authority(name, asked, policy, today).refusal is None
    )


def why_not_decide(who: str, policy: Policy, today: date | None = None) -> str | None:
    """Say why this person may not reject or edit, or None: any approver of the policy may.

    Who acts for an approver on that day may, too.
    """
    known = not policy.approvers or who in {person.name for person in policy.approvers}
    if known or (today is not None and any(True for _ in _lent_to(who, policy, today))):
        return None
    return _stranger(who, policy)


def why_not_edit(
    who: str, preparers: Mapping[str, str], policy: Policy, today: date, *, apart: bool = False
) -> str | None:
    """Say why this person may not edit, or None.

    `apart`: it was asked on the terms that who imported it does not edit it.
    """
    if refusal := why_not_decide(who, policy, today):
        return refusal
    now_apart = bool(policy.approvers) and not policy.importers_may_edit
    if (apart or now_apart) and preparers.get(who) == "imported":
        return "you imported it: another person must edit"
    return None


def _as_it_was_asked(who: str, asked: Asked) -> str | None:
    """Keep to the terms of a request whose policy has since lost its approvers."""
    if asked.apart and who in asked.preparers:
        return f"you {asked.preparers[who]} it: another approver must decide"
    if is_name(asked.seat) and not fits(asked.seat, who, ()):
        return f"it is for {seat_words(asked.seat)}: {seat_words(asked.seat)} must decide"
    return None


def _keeps_out(who: str, asked: Asked, policy: Policy) -> bool:
    """Whether somebody prepared it, and therefore leaves it to others: then or now."""
    return who in asked.preparers and (asked.apart or not policy.preparers_may_approve)


def _has_had_a_say(who: str, asked: Asked) -> str | None:
    for approver, principal in asked.given:
        if who == approver:
            return "you have approved it already: another person must decide"
        if who == principal:
            return f"{approver} has approved it for you: another person must decide"
    return None


def _stranger(who: str, policy: Policy) -> str:
    """Say that the policy does not name somebody, and how to act as one it names."""
    names = [person.name for person in policy.approvers]
    others = ", ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")
    return f"{who} is not an approver of the policy; start with --as NAME: {others}"


def _own_refusal(who: str, asked: Asked, policy: Policy) -> str | None:
    person = next((known for known in policy.approvers if known.name == who), None)
    if person is None:
        return _stranger(who, policy)
    if _keeps_out(who, asked, policy):
        return f"you {asked.preparers[who]} it: another approver must decide"
    if not fits(asked.seat, person.name, person.roles):
        return f"it is for {seat_words(asked.seat)}: {_who_could(asked, policy)} must decide"
    return _over_limit(person.limit, asked.payable, policy)


def _lent_refusal(who: str, lent: Delegation, asked: Asked, policy: Policy) -> str | None:
    """Say why the principal could not, or the delegate must not: a preparer lends nothing."""
    if _keeps_out(who, asked, policy):
        return f"you {asked.preparers[who]} it: another approver must decide"
    if refusal := _has_had_a_say(lent.principal, asked):
        return refusal
    if refusal := _own_refusal(lent.principal, asked, policy):
        return refusal
    return _over_limit(lent.cap, asked.payable, policy)


def _lent_to(who: str, policy: Policy, today: date) -> list[Delegation]:
    names = {person.name for person in policy.approvers}
    return [
        lent
        for lent in policy.delegations
        if lent.delegate == who and lent.principal in names and lent.holds_on(today)
    ]


def _linked(name: str, asked: Asked, policy: Policy, today: date) -> str | None:
    """While one has lent authority to the other, two people are one for a chain."""
    given = {person for pair in asked.given for person in pair if person}
    for lent in policy.delegations:
        if not lent.holds_on(today):
            continue
        ends = {lent.principal, lent.delegate}
        if name in ends and (other := ends & given - {name}):
            return (
                f"{lent.principal} has lent their authority to {lent.delegate}, and"
                f" {min(other)} has approved it: somebody else must decide"
            )
    return None


def _leaves_a_gap(who: str, asked: Asked, policy: Policy) -> str | None:
    """Keep somebody from taking a seat that leaves another one to nobody."""
    if not asked.others:
        return None
    had_a_say = {person for pair in asked.given for person in pair if person}
    left = [p for p in _able(asked, policy) if p.name not in had_a_say]
    before = fillable((asked.seat, *asked.others), left)
    after = fillable(asked.others, [p for p in left if p.name != who])
    if after or not before:
        return None
    for_whom = ", ".join(seat_words(seat) for seat in asked.others if seat)
    return f"leave this one to another: nobody else could answer for {for_whom or 'the rest'}"


def _able(asked: Asked, policy: Policy) -> list[Approver]:
    """Return who may approve by limit, and has not prepared it."""
    return [
        person
        for person in policy.approvers
        if _over_limit(person.limit, asked.payable, policy) is None
        and not _keeps_out(person.name, asked, policy)
    ]


def _who_could(asked: Asked, policy: Policy) -> str:
    names = [p.name for p in policy.approvers if fits(asked.seat, p.name, p.roles)]
    return " or ".join(names) or "another approver"


def _over_limit(limit: Money | None, payable: Money | None, policy: Policy) -> str | None:
    if limit is None or payable is None:
        return None
    based = policy.in_base_currency(payable)
    if based is None:
        return f"no exchange rate for {payable.currency}: your limit {limit} cannot be checked"
    if based.amount > limit.amount:
        return f"over your limit {limit}: a higher approver must decide"
    return None
