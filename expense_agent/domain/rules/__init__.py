"""The rules: which invoices a person must see, and why. Pure functions over stated facts.

A rule looks at one invoice and what is known of the world and gives Holds. `check` runs all of
them, in the order of RULES, and never stops at the first: the person sees everything at once.
"""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy, attention
from expense_agent.domain.rules.account import (
    account_changed,
    account_unknown,
    payee_differs,
    several_accounts,
)
from expense_agent.domain.rules.categories import category_unsure
from expense_agent.domain.rules.common import Rule
from expense_agent.domain.rules.credits import credit_used, open_credit
from expense_agent.domain.rules.document import (
    flagged,
    missing_field,
    not_payable,
    payment_means,
    totals_wrong,
)
from expense_agent.domain.rules.duplicates import duplicate
from expense_agent.domain.rules.limits import over_limit
from expense_agent.domain.rules.people import edited, placed

__all__ = [
    "RULES",
    "Rule",
    "account_changed",
    "account_unknown",
    "category_unsure",
    "check",
    "credit_used",
    "duplicate",
    "edited",
    "flagged",
    "missing_field",
    "not_payable",
    "open_credit",
    "over_limit",
    "payee_differs",
    "payment_means",
    "placed",
    "several_accounts",
    "totals_wrong",
]

RULES: tuple[Rule, ...] = (
    account_changed,
    account_unknown,
    several_accounts,
    payee_differs,
    duplicate,
    flagged,
    not_payable,
    payment_means,
    totals_wrong,
    missing_field,
    placed,
    edited,
    credit_used,
    open_credit,
    over_limit,
    category_unsure,
)
"""Every rule; one line adds one."""


def check(
    invoice: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy
) -> tuple[Hold, ...]:
    """Give all holds on an invoice, the most alarming first; those switched off are left out."""
    found = (hold for rule in RULES for hold in rule(invoice, suggestion, facts, policy))
    return tuple(sorted((hold for hold in found if hold.severity != "off"), key=attention))
