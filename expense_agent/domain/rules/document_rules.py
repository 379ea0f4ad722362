"""Rules on the document: it asks for a payment, adds up, is complete, and is due at some time."""

from datetime import timedelta

from expense_agent.domain import en16931
from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, payment_account, transfers_nothing
from expense_agent.domain.invoice import CREDIT_NOTES, INVOICES, Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import confirmed, held

_SATURDAY = 5


def period_locked(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is dated in a period that is closed."""
    locked = policy.locked_until
    if locked is None or inv.issue_date is None or inv.issue_date > locked:
        return []
    reason = f"issued {inv.issue_date}, in a period that is closed up to {locked}"
    return held(policy, "period_locked", reason)


def due_date(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out a due date that is missing, or has passed."""
    if transfers_nothing(inv):
        return []
    if inv.due_date is None:
        return held(policy, "due_date", "no due date: " + _assumed(inv, policy))
    if facts.today is not None and inv.due_date < facts.today:
        return held(policy, "due_date", f"was due on {inv.due_date}")
    return []


def due_weekend(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Point out that no bank transfers money on the day it is due."""
    due = inv.due_date
    if due is None or transfers_nothing(inv) or due.weekday() < _SATURDAY:
        return []
    if facts.today is not None and due < facts.today:
        return []
    day = "Saturday" if due.weekday() == _SATURDAY else "Sunday"
    monday = due + timedelta(7 - due.weekday())
    return held(policy, "due_weekend", f"due on a {day}, {due}: banks carry it out on {monday}")


def _assumed(inv: Invoice, policy: Policy) -> str:
    days = policy.default_term_days
    if inv.issue_date is None:
        return f"{days} days from now are assumed"
    return f"{inv.issue_date + timedelta(days)} is assumed, {days} days after issue"


OFF_PAGES = "read_off_pages"
"""A guess at what a page says: a person compares it, whatever the policy says."""
NEVER_BY_ITSELF = {"384": "a corrected invoice", "389": "a self-billed invoice"}
"""Type codes (BT-3) that ask for a payment which a person must compare with others."""


def not_payable(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what is not an amount, or not a document, that can be paid."""
    payable = inv.payable
    if payable is None:
        return held(policy, "not_payable", "the invoice names no payable amount", overridable=False)
    if not payable.is_exact:
        reason = f"{payable} has more decimals than {payable.currency} has"
        return [Hold("not_payable", "block", reason, overridable=False)]
    if transfers_nothing(inv):
        return []
    if payable.amount <= 0:
        reason = f"the payable amount is {payable}; approving books it without a payment"
        return held(policy, "not_payable", reason)
    if inv.type_code and inv.type_code not in INVOICES | CREDIT_NOTES:
        reason = f"document type {inv.type_code} does not ask for a payment"
        return held(policy, "not_payable", reason)
    if kind := NEVER_BY_ITSELF.get(inv.type_code or ""):
        of = f" of {', '.join(inv.preceding)}" if inv.preceding else ""
        reason = f"{kind} ({inv.type_code}){of} is not paid by itself"
        return held(policy, "not_payable", reason)
    return []


def payment_means(inv: Invoice, _s: Suggestion, facts: Facts, policy: Policy) -> list[Hold]:
    """Hold what does not say how to pay; point out what the supplier collects."""
    if en16931.is_direct_debit(inv) and policy.severity("payment_means") != "off":
        reason = "the supplier collects it by direct debit: nothing is transferred"
        return [Hold("payment_means", "warn", reason)]
    if transfers_nothing(inv) or inv.payable is None or inv.payable.amount <= 0:
        return []
    account = payment_account(inv, facts)
    unclear = en16931.why_unclear(inv, account, confirmed=confirmed(inv, facts))
    return held(policy, "payment_means", unclear) if unclear else []


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
        for found in en16931.missing(inv, known_account=confirmed(inv, facts))
        for hold in held(policy, "missing_field", found.reason, found.code)
    ]
    if not lacking:
        return by_standard
    shown = f" (the document says {inv.number!r})" if "number" in lacking and inv.number else ""
    names = ", ".join(name.replace("_", " ") for name in lacking)
    return held(policy, "missing_field", f"missing: {names}{shown}") + by_standard


def flagged(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what the reader of the document noticed: deceptive text, a test document ..."""
    said = (flag.partition(": ") for flag in inv.flags)
    return [
        Hold(rule, "block" if rule == OFF_PAGES else policy.severity(rule), reason)
        for rule, _, reason in said
    ]
