"""The shape all rules share, and how a hold takes its severity from the policy."""

from collections.abc import Callable

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, Twin, payment_account
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy

Rule = Callable[[Invoice, Suggestion, Facts, Policy], list[Hold]]
"""A rule looks at one invoice and what is known of the world, and gives its holds."""

_IN_HAND = ("received", "deciding")
"""States that last for the length of a run; to a reader the invoice is still waiting."""


def held(
    policy: Policy,
    rule: str,
    reason: str,
    *evidence: str,
    overridable: bool = True,
    twins: tuple[str, ...] = (),
) -> list[Hold]:
    """Return one hold with the severity the policy sets for its rule.

    `reason` is what a person is told again when it changes: no figure in it may change by itself.
    """
    return [Hold(rule, policy.severity(rule), reason, evidence, overridable, twins)]


def described(twin: Twin) -> str:
    """Describe another invoice so that a person can find and compare it."""
    who = f"{twin.number or 'no number'} of {twin.supplier or 'an unnamed supplier'}"
    status = "waiting" if twin.status in _IN_HAND else twin.status
    return f"{twin.invoice_id}: {who}, {twin.payable}, dated {twin.dated}, {status}"


def confirmed(invoice: Invoice, facts: Facts) -> bool:
    """Whether the account that would be paid is one we know."""
    account = payment_account(invoice, facts)
    return account is not None and account in {known.account for known in facts.known_accounts}
