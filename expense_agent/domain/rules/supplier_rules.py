"""Rules on the supplier: who it is, where the money would go, and how payee and amount compare."""

from decimal import Decimal
from statistics import median

from expense_agent.domain.category import Suggestion
from expense_agent.domain.en16931 import is_e_invoice
from expense_agent.domain.facts import Facts, payment_account, transfers_nothing
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.lookalike import may_be_taken_for
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import confirmed, held
from expense_agent.domain.supplier import iban_problem, is_iban, vat_id_problem


def vat_id_wrong(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Point out a VAT id that cannot be right: in real data a wrong one means something.

    Tables are not looked at: there it is a column that somebody has typed.
    """
    vat_id = inv.supplier.vat_id
    problem = vat_id_problem(vat_id) if vat_id and is_e_invoice(inv) else None
    return held(policy, "vat_id_wrong", problem) if problem else []


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


ENOUGH_HISTORY = 8
"""Payments of a supplier that are needed before one of its amounts can be unusual."""
_FAR = 6
"""How many usual deviations above the median an amount must lie ..."""
_LEAST_SPREAD = Decimal("0.1")
"""... each of them at least this share of the median: rents that never change have none."""
_NORMAL = Decimal("1.4826")
"""Turns a median absolute deviation into what a standard deviation would be."""


def account_of_another(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what would be paid into an account that a person has listed for another supplier.

    One that another was only paid into is pointed out: factors collect for many suppliers.
    """
    account, others = payment_account(inv, facts), facts.others_with_account
    if transfers_nothing(inv) or account is None or not others:
        return []
    severity = policy.severity("account_of_another")
    if severity == "block" and not facts.account_listed_elsewhere:
        severity = "warn"
    reason = f"{account} is known as the account of {others[0]}"
    return [Hold("account_of_another", severity, reason, others[1:])]


def supplier_lookalike(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an unknown supplier whose name may be taken for that of one we know."""
    name = inv.supplier.name or ""
    alike = [known for known in facts.lookalikes if may_be_taken_for(name, known)]
    if facts.supplier_known or not alike:
        return []
    reason = f"{name} looks like {alike[0]}, but has neither its name nor its ids"
    return held(policy, "supplier_lookalike", reason, *_ids(inv), *alike[1:])


def first_payment(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out the first payment of a known supplier into an account."""
    account = payment_account(inv, facts)
    if transfers_nothing(inv) or account is None or facts.account_paid or not facts.supplier_known:
        return []
    if facts.known_accounts and not confirmed(inv, facts):
        return []  # account_changed says it
    known = [f"{k.account}: {k.origin}, {k.since}" for k in facts.known_accounts]
    return held(policy, "first_payment", f"nothing was paid into {account} before", *known)


def unusual_amount(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out an amount far above all that this supplier was paid before."""
    payable, usual = inv.payable, facts.usual
    if payable is None or transfers_nothing(inv) or len(usual) < ENOUGH_HISTORY:
        return []
    middle = median(usual)
    deviation = _NORMAL * median(abs(amount - middle) for amount in usual)
    far = middle + _FAR * max(deviation, _LEAST_SPREAD * middle)
    if payable.amount <= max(far, *usual):
        return []
    low, mid, high = (Money(a, inv.currency).rounded() for a in (min(usual), middle, max(usual)))
    reason = f"{payable} is far above what this supplier was paid before"
    proof = f"the last {len(usual)} payments: median {mid}, from {low} to {high}"
    return held(policy, "unusual_amount", reason, proof)


def _ids(inv: Invoice) -> list[str]:
    ids = (("VAT id", inv.supplier.vat_id), ("legal id", inv.supplier.legal_id))
    return [f"{kind} on the invoice: {value}" for kind, value in ids if value]
