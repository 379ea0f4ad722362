"""The rules: which invoices a person must see, and why. Pure functions over stated facts.

A rule looks at one invoice and what is known of the world and gives Holds. `check` runs all of
them, in the order of RULES, and never stops at the first: the person sees everything at once.
"""

from collections.abc import Callable

from expense_agent.domain import en16931, means
from expense_agent.domain.category import Suggestion
from expense_agent.domain.doubts import doubts
from expense_agent.domain.invoice import CREDIT_NOTES, INVOICES, Invoice
from expense_agent.domain.policy import (
    Facts,
    Hold,
    Placed,
    Policy,
    attention,
    payment_account,
    transfers_nothing,
)
from expense_agent.domain.supplier import iban_problem, is_iban

Rule = Callable[[Invoice, Suggestion, Facts, Policy], list[Hold]]

FACTORED = "393"
NEVER_BY_ITSELF = {"384": "a corrected invoice", "389": "a self-billed invoice"}
"""Type codes (BT-3) that ask for a payment which a person must compare with others."""


def check(
    invoice: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy
) -> tuple[Hold, ...]:
    """Give all holds on an invoice, the most alarming first; those switched off are left out."""
    found = (hold for rule in RULES for hold in rule(invoice, suggestion, facts, policy))
    return tuple(sorted((hold for hold in found if hold.severity != "off"), key=attention))


def _hold(
    policy: Policy, rule: str, reason: str, *evidence: str, overridable: bool = True
) -> list[Hold]:
    return [Hold(rule, policy.severity(rule), reason, evidence, overridable)]


def _confirmed(invoice: Invoice, facts: Facts) -> bool:
    """Whether the account that would be paid is one we know."""
    account = payment_account(invoice, facts)
    return account is not None and account in {known.account for known in facts.known_accounts}


def over_limit(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is above the automatic limit, or cannot be compared with it."""
    payable = inv.payable
    if payable is None or payable.amount <= 0 or transfers_nothing(inv):
        return []
    limit = policy.automatic_limit
    based = policy.in_base_currency(payable)
    if based is None:
        reason = (
            f"no exchange rate for {payable.currency}: {payable} cannot be compared with {limit}"
        )
        return _hold(policy, "over_limit", reason, "add the rate to [exchange_rates]")
    if based.amount <= limit.amount:
        return []
    shown = f"{payable}" if based.currency == payable.currency else f"{payable} ({based})"
    as_of = [f"rate of {policy.rates_as_of}"] if based.currency != payable.currency else []
    return _hold(policy, "over_limit", f"{shown} is over the automatic limit {limit}", *as_of)


def account_unknown(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what we do not know where to pay, or whose account cannot be right."""
    if transfers_nothing(inv):
        return []
    account = payment_account(inv, facts)
    if account is None:
        if inv.accounts:
            return []  # several_accounts says it
        reason = "no bank account on the invoice, and none is known for this supplier"
        return _hold(policy, "account_unknown", reason, overridable=False)
    if is_iban(account) and (problem := iban_problem(account)):
        reason = f"the account {account} cannot be right: {problem}"
        return _hold(policy, "account_unknown", reason, overridable=False)
    if not is_iban(account) and account not in {known.account for known in facts.known_accounts}:
        reason = f"{account} is not an IBAN and not confirmed for this supplier"
        return _hold(policy, "account_unknown", reason)
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
    return _hold(policy, "account_changed", reason, *listed)


def several_accounts(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice with several accounts of which not exactly one is known."""
    if transfers_nothing(inv) or len(inv.accounts) < 2 or payment_account(inv, facts):  # noqa: PLR2004 - "several"
        return []
    reason = f"the invoice names {len(inv.accounts)} bank accounts; choose one"
    return _hold(policy, "several_accounts", reason, *inv.accounts, overridable=False)


def payee_differs(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice that asks to pay somebody else than the supplier (BT-59, type 393)."""
    if transfers_nothing(inv):
        return []
    if not inv.payee_name or inv.payee_name == inv.supplier.name:
        if inv.type_code != FACTORED or _confirmed(inv, facts):
            return []
        reason = "a factored invoice (393) into an account that is not confirmed"
        return _hold(policy, "payee_differs", reason)
    reason = f"to be paid to {inv.payee_name}, not to {inv.supplier.name}"
    return _hold(policy, "payee_differs", reason)


def duplicate(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice whose supplier, number and kind the store already has.

    When the twin is paid the payment key is taken: that cannot be approved, or switched off.
    """
    if not facts.twins:
        return []
    listed = [
        f"{t.invoice_id}: {t.payable}, {t.status}, received {t.received}" for t in facts.twins
    ]
    paid = [twin for twin in facts.twins if twin.paid]
    if paid and not transfers_nothing(inv):
        reason = f"{inv.number} of this supplier is already paid as {paid[0].invoice_id}"
        return [Hold("duplicate", "block", reason, tuple(listed), overridable=False)]
    names = ", ".join(twin.invoice_id for twin in facts.twins)
    reason = f"{inv.number} of this supplier is here already: {names}"
    return _hold(policy, "duplicate", reason, *listed)


def not_payable(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is not an amount, or not a document, that can be paid."""
    payable = inv.payable
    if payable is None:
        return _hold(
            policy, "not_payable", "the invoice names no payable amount", overridable=False
        )
    if not payable.is_exact:
        reason = f"{payable} has more decimals than {payable.currency} has"
        return [Hold("not_payable", "block", reason, overridable=False)]
    if transfers_nothing(inv):
        return []
    if payable.amount <= 0:
        reason = f"the payable amount is {payable}; approving books it without a payment"
        return _hold(policy, "not_payable", reason)
    if inv.type_code and inv.type_code not in INVOICES | CREDIT_NOTES:
        reason = f"document type {inv.type_code} does not ask for a payment"
        return _hold(policy, "not_payable", reason)
    if kind := NEVER_BY_ITSELF.get(inv.type_code or ""):
        of = f" of {', '.join(inv.preceding)}" if inv.preceding else ""
        reason = f"{kind} ({inv.type_code}){of} is not paid by itself"
        return _hold(policy, "not_payable", reason)
    return []


def payment_means(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what does not say how to pay; point out what the supplier collects."""
    if means.is_direct_debit(inv) and policy.severity("payment_means") != "off":
        reason = "the supplier collects it by direct debit: nothing is transferred"
        return [Hold("payment_means", "warn", reason)]
    if transfers_nothing(inv) or inv.payable is None or inv.payable.amount <= 0:
        return []
    account = payment_account(inv, facts)
    unclear = means.why_unclear(inv, account, confirmed=_confirmed(inv, facts))
    return _hold(policy, "payment_means", unclear) if unclear else []


def totals_wrong(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold an e-invoice that does not add up; what is off by some cents of rounding only warns."""
    edited_amount = any("payable_amount" in edit.after for edit in facts.edits)
    severity = policy.severity("totals_wrong")
    graded = {True: severity, False: "off" if severity == "off" else "warn"}
    return [
        Hold("totals_wrong", graded[wrong.blocks], wrong.reason, (wrong.code,))
        for wrong in en16931.wrong_totals(inv, edited=edited_amount)
    ]


def missing_field(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what lacks a field the policy requires, or an e-invoice must have."""
    there = {
        "number": inv.number_key,
        "supplier": inv.supplier.name,
        "issue_date": inv.issue_date,
        "due_date": inv.due_date,
        "vat_id": inv.supplier.vat_id,
        "purchase_order": inv.purchase_order,
        "buyer_reference": inv.buyer_reference,
    }
    lacking = [name for name in policy.required_fields if not there[name]]
    by_standard = [
        hold
        for found in en16931.missing(inv, known_account=_confirmed(inv, facts))
        for hold in _hold(policy, "missing_field", found.reason, found.code)
    ]
    if not lacking:
        return by_standard
    shown = f" (the document says {inv.number!r})" if "number" in lacking and inv.number else ""
    names = ", ".join(name.replace("_", " ") for name in lacking)
    return _hold(policy, "missing_field", f"missing: {names}{shown}") + by_standard


def edited(_i: Invoice, _s: Suggestion, facts: Facts, _p: Policy) -> list[Hold]:
    """Hold what a person has changed: no edit, not even one below the limit, skips a person."""
    if not facts.edits:
        return []
    return [Hold("edited", "block", "edited by " + "; ".join(map(str, facts.edits)))]


def placed(_i: Invoice, _s: Suggestion, facts: Facts, _p: Policy) -> list[Hold]:
    """Hold what a person put on hold, or sent back with a question."""
    return [Hold(mark.rule, "block", _placed(mark)) for mark in facts.placed]


def _placed(mark: Placed) -> str:
    if mark.until:
        return f"on hold until {mark.until} by {mark.by}: {mark.text}"
    return f"sent back by {mark.by}: {mark.text}"


def flagged(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what the reader of the document noticed: deceptive text, a test document ..."""
    said = (flag.partition(": ") for flag in inv.flags)
    return [hold for rule, _, reason in said for hold in _hold(policy, rule, reason)]


def category_unsure(
    _i: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy
) -> list[Hold]:
    """Point out a category that a person should look at, with the next best."""
    said = list(doubts(suggestion, facts.invoice_id, policy))
    return _hold(policy, "category_unsure", "; ".join(said), *suggestion.others) if said else []


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
    over_limit,
    category_unsure,
)
"""Every rule; one line adds one."""
