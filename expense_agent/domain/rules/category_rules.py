"""Whether the category is one a person should look at."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import doubts
from expense_agent.domain.facts import Facts
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
