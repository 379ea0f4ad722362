"""Rules on the work of people and agent on an invoice: an unsure category, an edit, a hold."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import doubts
from expense_agent.domain.facts import Facts, Placed
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import held


def category_unsure(
    _i: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy
) -> list[Hold]:
    """Point out a category that a person should look at, with the next best."""
    said = list(doubts(suggestion, facts.invoice_id, policy))
    if suggestion.kind == "llm":
        # Whatever the policy says of unsure categories: a model's answer alone never pays.
        return [Hold("category_unsure", "block", "; ".join(said), suggestion.others)]
    return held(policy, "category_unsure", "; ".join(said), *suggestion.others) if said else []


def edited(_i: Invoice, _s: Suggestion, facts: Facts, _p: Policy) -> list[Hold]:
    """Hold what a person has changed: no edit, not even one below the limit, skips a person."""
    if not facts.edits:
        return []
    return [Hold("edited", "block", "edited by " + "; ".join(map(str, facts.edits)))]


def placed(_i: Invoice, _s: Suggestion, facts: Facts, _p: Policy) -> list[Hold]:
    """Hold what a person put on hold, sent back with a question, took back or reopened."""
    return [Hold(mark.rule, "block", _placed(mark)) for mark in facts.placed]


def _placed(mark: Placed) -> str:
    if mark.until:
        return f"on hold until {mark.until} by {mark.by}: {mark.text}"
    return f"sent back by {mark.by}: {mark.text}" if mark.rule == "sent_back" else mark.text
