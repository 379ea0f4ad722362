"""Where the money would go: the accounts of an invoice, and whose they are."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, payment_account, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import confirmed, held
from expense_agent.domain.supplier import iban_problem, is_iban

FACTORED = "393"


def account_unknown(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what we do not know where to pay, or whose account cannot be right."""
    if transfers_nothing(inv):
        return []
    account = payment_account(inv, facts)
    if account is None:
        if inv.accounts:
            return []  # several_accounts says it
        reason = "no bank account on the invoice, and none is known for this supplier"
        return held(policy, "account_unknown", reason, overridable=False)
    if is_iban(account) and (problem := iban_problem(account)):
        reason = f"the account {account} cannot be right: {problem}"
        return held(policy, "account_unknown", reason, overridable=False)
    if not is_iban(account) and account not in {known.account for known in facts.known_accounts}:
        reason = f"{account} is not an IBAN and not confirmed for this supplier"
        return held(policy, "account_unknown", reason)
    return []


def account_changed(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an account that differs from those this supplier is known by."""
    if transfers_nothing(inv) or len(inv.accounts) != 1 or not facts.known_accounts:
        return []
    account = inv.accounts[0]
    if account in {known.account for known in facts.known_accounts}:
        return []
    last = facts.known_accounts[0]
    reason = f"the bank account changed: {account} instead of {last.account} ({last.origin})"
    listed = [f"{k.account}: {k.origin}, {k.since}" for k in facts.known_accounts]
    return held(policy, "account_changed", reason, *listed)


def several_accounts(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice with several accounts of which not exactly one is known."""
    if transfers_nothing(inv) or len(inv.accounts) < 2 or payment_account(inv, facts):  # noqa: PLR2004 - "several"
        return []
    reason = f"the invoice names {len(inv.accounts)} bank accounts; choose one"
    return held(policy, "several_accounts", reason, *inv.accounts, overridable=False)


def payee_differs(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice that asks to pay somebody else than the supplier (BT-59, type 393)."""
    if transfers_nothing(inv):
        return []
    if not inv.payee_name or inv.payee_name == inv.supplier.name:
        if inv.type_code != FACTORED or confirmed(inv, facts):
            return []
        reason = "a factored invoice (393) into an account that is not confirmed"
        return held(policy, "payee_differs", reason)
    reason = f"to be paid to {inv.payee_name}, not to {inv.supplier.name}"
    return held(policy, "payee_differs", reason)
