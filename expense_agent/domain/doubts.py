"""When a category is not to be taken without a person's look, however sure it seems.

Asking only below a confidence would leave one answer in ten wrong and never looked at: a wrong
first answer would be repeated for ever. So the first ones of a supplier, a sample, and categories
that matter are asked about, too.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from expense_agent.domain.category import Suggestion
from expense_agent.domain.policy import Hold, Policy

SET_BY_PEOPLE = ("person", "user_rule")
"""Kinds of suggestion that are not suggestions: a person has said it of this very case."""
_CONFIRMED = "supplier_list"
"""A person has put the category beside the supplier, though not for this invoice."""


def doubts(suggestion: Suggestion, invoice_id: str, policy: Policy) -> list[str]:
    """Say why a person should look at a category; none when it can be taken."""
    said, category = suggestion, suggestion.category
    if said.kind in SET_BY_PEOPLE:
        return []
    if category is None:
        return [f"no category: {said.why}"]
    if said.kind == "llm":
        return [f"only a language model says {category}"]
    if said.confidence < policy.confidence_threshold:
        return [f"{category} is a guess ({said.confidence:.0%}): {said.why}"]
    return list(_although_sure(said, category, invoice_id, policy))


def doubted(suggestion: Suggestion, holds: Sequence[Hold]) -> Suggestion:
    """Note on a suggestion why a person should look at it, blocking or not, paid or not."""
    reasons = [hold.reason for hold in holds if hold.rule == "category_unsure"]
    return replace(suggestion, doubt="; ".join(reasons))


def _although_sure(
    said: Suggestion, category: str, invoice_id: str, policy: Policy
) -> Iterator[str]:
    asked = policy.categories
    wanted = asked.first_confirmations
    if said.mixed:
        yield f"{category}, but not always: {said.why}"
    if said.confirmed < wanted and said.kind != _CONFIRMED:
        yield f"{category} is confirmed by {said.confirmed} of the first {wanted} looks"
    if category in asked.sensitive:
        yield f"{category} is always looked at"
    if sampled(invoice_id, asked.audit_one_in):
        yield f"audit sample: one in {asked.audit_one_in} is looked at"


def sampled(invoice_id: str, one_in: int) -> bool:
    """Whether an invoice is in the sample: the same on every run, in every process."""
    if one_in < 1:
        return False
    digest = hashlib.sha256(invoice_id.encode()).digest()
    return int.from_bytes(digest, "big") % one_in == 0
