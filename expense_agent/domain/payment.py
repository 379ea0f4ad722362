"""The ledger's record of money that leaves: at most one payment per key."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from expense_agent.domain.invoice import Invoice, canonical_json, identity
from expense_agent.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Payment:
    """One credit transfer to be made, immutable once written."""

    thread_id: str
    payment_key: str
    amount_minor: int
    """Integer minor units of `currency`, above zero."""
    currency: str
    account: str | None
    """None only where the policy switched account_unknown off."""
    supplier: str
    remittance: str
    """The text the supplier reads: BT-83, else the invoice number."""
    execution_date: str
    """ISO date: the due date, never a day before today."""
    fingerprint: str | None
    """The approved fingerprint; None for a clean invoice that needed no approval."""
    round: int = 1
    """The round in which it was approved."""
    replaces: int | None = None
    """The number of the voided payment it stands for; its key is made from that one's."""
    category: str | None = None
    """The category whose budget it is charged to."""

    @property
    def payload_hash(self) -> str:
        """Hash of what is paid; the same key with another hash is an alarm, never a repetition."""
        content = [self.payment_key, self.amount_minor, self.currency, self.account]
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def payment_key(invoice: Invoice, thread_id: str) -> str:
    """Return the key under which a payment exists at most once (64 hex).

    Made from supplier, number and kind. A missing or placeholder number identifies nothing, so the
    thread id, which comes from the whole content, takes its place.
    """
    parts = identity(invoice) or ("thread", thread_id, "invoice")
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def replacement_key(voided_key: str, payment_id: int) -> str:
    """Return the key of the one payment that may replace a voided one."""
    content = ["replaces", voided_key, payment_id]
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def remittance(invoice: Invoice, invoice_id: str, credits_: Sequence[str]) -> str:
    """Return what the supplier will read: BT-83, else the number; and the credits taken off."""
    paid = invoice.remittance or invoice.number or invoice_id
    return f"{paid} less {', '.join(credits_)}" if credits_ else paid


def execution_date(invoice: Invoice, policy: Policy, today: date) -> date:
    """When to pay: on the due date, or the default term after issue, but not in the past."""
    assumed = (invoice.issue_date or today) + timedelta(days=policy.default_term_days)
    return max(invoice.due_date or assumed, today)
