"""Whether this invoice is one that is here already, in layers from certain to possible."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, Twin, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import described, held
from expense_agent.domain.twins import AMOUNT_DAYS, LAYERS, same_series

_SURE = ("source", "similar", "copy")
"""Layers besides the number that make a duplicate; the others only make a possible one."""
_ENOUGH_FOR_A_RHYTHM = 3


def duplicate(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice that is here already: its number, its record, nearly its number, or a copy.

    Once a twin with the same number is paid the payment key is taken: that cannot be approved, or
    switched off.
    """
    found = _left_already(inv, facts)
    found += _same_number(inv, [t for t in facts.twins if t.layer == "number"], policy)
    for layer in _SURE:
        found += _of_layer("duplicate", layer, facts.twins, policy)
    return found


def possible_duplicate(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out the same amount again where little but the amount speaks for it.

    What one file lists under two numbers of one series its sender has told apart, and what a
    supplier asks for at such intervals anyway is its rhythm: neither is pointed out.
    """
    close = [
        twin
        for twin in facts.twins
        if twin.layer == "amount"
        and not (twin.same_file and same_series(inv.number or "", twin.number))
        and not _in_rhythm(inv, twin, facts)
    ]
    found = _of_layer("possible_duplicate", "account", facts.twins, policy)
    return found + _of_layer("possible_duplicate", "amount", close, policy)


def _left_already(inv: Invoice, facts: Facts) -> list[Hold]:
    """Hold what a payment file that was given back has paid otherwise than it would be now."""
    if transfers_nothing(inv) or any(left.is_this for left in facts.left_already):
        return []
    return [
        Hold(
            "duplicate",
            "block",
            f"payment run {left.run} has paid {left.amount} into {left.account} for it already:"
            " edit it to that, or reject it",
            overridable=False,
        )
        for left in facts.left_already
    ]


def _same_number(inv: Invoice, twins: Sequence[Twin], policy: Policy) -> list[Hold]:
    if not twins:
        return []
    listed, ids = [described(twin) for twin in twins], tuple(t.invoice_id for t in twins)
    paid = [twin for twin in twins if twin.paid]
    if paid and not transfers_nothing(inv):
        reason = f"{inv.number} of this supplier is already paid as {paid[0].invoice_id}"
        return [Hold("duplicate", "block", reason, tuple(listed), overridable=False, twins=ids)]
    reason = f"{inv.number} of this supplier is here already: {', '.join(ids)}"
    return held(policy, "duplicate", reason, *listed, twins=ids)


def _of_layer(rule: str, layer: str, twins: Sequence[Twin], policy: Policy) -> list[Hold]:
    """Return one hold for all twins of a layer; a twin that gets paid makes another reason."""
    found = [twin for twin in twins if twin.layer == layer]
    if not found:
        return []
    names = ", ".join(f"{t.invoice_id}{' (paid)' if t.paid else ''}" for t in found)
    reason = f"{LAYERS[layer]}: {names}"
    ids = tuple(twin.invoice_id for twin in found)
    return held(policy, rule, reason, *(described(twin) for twin in found), twins=ids)


def _in_rhythm(inv: Invoice, twin: Twin, facts: Facts) -> bool:
    """Whether this amount comes from this supplier at least as often as these two lie apart."""
    dates = facts.rhythm
    own = inv.issue_date or facts.today
    if own is None or len(dates) < _ENOUGH_FOR_A_RHYTHM:
        return False
    gaps = [(later - earlier).days for later, earlier in pairwise(dates)]
    apart = abs((own - date.fromisoformat(twin.dated)).days)
    return median(gaps) <= min(apart, AMOUNT_DAYS)
