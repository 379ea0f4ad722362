"""The rules: which invoices a person must see, and why. Pure functions over stated facts.

A rule looks at one invoice and what is known of the world and gives Holds. `check` runs all of
them, in the order of RULES, and never stops at the first: the person sees everything at once.
"""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy, attention
from expense_agent.domain.rules.common import Rule
from expense_agent.domain.rules.document_rules import (
    due_date,
    due_weekend,
    flagged,
    missing_field,
    not_payable,
    payment_means,
    period_locked,
    totals_wrong,
)
from expense_agent.domain.rules.duplicates import duplicate, possible_duplicate
from expense_agent.domain.rules.limits import (
    budget,
    credit_used,
    near_limit,
    open_credit,
    over_limit,
    split_limit,
)
from expense_agent.domain.rules.people_rules import category_unsure, edited, placed
from expense_agent.domain.rules.supplier_rules import (
    account_changed,
    account_of_another,
    account_unknown,
    first_payment,
    payee_differs,
    several_accounts,
    supplier_lookalike,
    unusual_amount,
    vat_id_wrong,
)

__all__ = [
    "RULES",
    "Rule",
    "account_changed",
    "account_of_another",
    "account_unknown",
    "budget",
    "category_unsure",
    "check",
    "credit_used",
    "due_date",
    "due_weekend",
    "duplicate",
    "edited",
    "first_payment",
    "flagged",
    "missing_field",
    "near_limit",
    "not_payable",
    "open_credit",
    "over_limit",
    "payee_differs",
    "payment_means",
    "period_locked",
    "placed",
    "possible_duplicate",
    "several_accounts",
    "split_limit",
    "supplier_lookalike",
    "totals_wrong",
    "unusual_amount",
    "vat_id_wrong",
]

RULES: tuple[Rule, ...] = (
    account_changed,
    account_of_another,
    supplier_lookalike,
    account_unknown,
    several_accounts,
    payee_differs,
    duplicate,
    split_limit,
    flagged,
    not_payable,
    payment_means,
    totals_wrong,
    missing_field,
    period_locked,
    placed,
    edited,
    credit_used,
    open_credit,
    vat_id_wrong,
    over_limit,
    possible_duplicate,
    first_payment,
    unusual_amount,
    near_limit,
    budget,
    category_unsure,
    due_date,
    due_weekend,
)
"""Every rule; one line adds one."""


def check(
    invoice: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy
) -> tuple[Hold, ...]:
    """Return all holds on an invoice, the most alarming first; those switched off are left out."""
    found = (hold for rule in RULES for hold in rule(invoice, suggestion, facts, policy))
    return tuple(sorted((hold for hold in found if hold.severity != "off"), key=attention))
