"""What all rules share: their shape, and how a hold takes its severity from the policy."""

from collections.abc import Callable

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, payment_account
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy

Rule = Callable[[Invoice, Suggestion, Facts, Policy], list[Hold]]
"""A rule looks at one invoice and what is known of the world, and gives its holds."""


def held(
    policy: Policy, rule: str, reason: str, *evidence: str, overridable: bool = True
) -> list[Hold]:
    """Give one hold with the severity the policy sets for its rule."""
    return [Hold(rule, policy.severity(rule), reason, evidence, overridable)]


def confirmed(invoice: Invoice, facts: Facts) -> bool:
    """Whether the account that would be paid is one we know."""
    account = payment_account(invoice, facts)
    return account is not None and account in {known.account for known in facts.known_accounts}
