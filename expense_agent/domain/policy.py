"""The rules: which invoices a person must see, and why. Pure functions over stated facts.

A rule looks at one invoice and what is known of the world and gives Holds. `check` runs all of
them, in the order of RULES, and never stops at the first: the person sees everything at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from expense_agent.domain.category import Suggestion
from expense_agent.domain.edit import Edited
from expense_agent.domain.invoice import CREDIT_NOTES, INVOICES, Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.supplier import BankAccount, iban_problem, is_iban

Severity = Literal["block", "warn", "off"]

BUILT_IN_SEVERITY: dict[str, Severity] = {
    "account_changed": "block",
    "account_unknown": "block",
    "several_accounts": "block",
    "payee_differs": "block",
    "duplicate": "block",
    "deceptive_text": "block",
    "documents_disagree": "warn",
    "not_payable": "block",
    "payment_means": "block",
    "totals_wrong": "block",
    "missing_field": "block",
    "edited": "block",
    "over_limit": "block",
    "category_unsure": "warn",
}
"""What makes a payment wrong or unpayable blocks; what only deserves a look warns.

The order is that of a person's attention: the queue shows the first hold of a request.
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a payment is not made by itself."""

    rule: str
    severity: str
    """"block": a person must decide; "warn": shown only."""
    reason: str
    """One sentence in the reader's words, with the figures."""
    evidence: tuple[str, ...] = ()
    """What a person can verify: other invoices, accounts, dates."""
    overridable: bool = True
    """False when approving cannot help: the invoice must be edited or rejected."""

    def to_plain(self) -> dict[str, Any]:
        """Give the plain form kept in state, requests and JSON."""
        return {**asdict(self), "evidence": list(self.evidence)}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> "Hold":
        """Read back what `to_plain` wrote."""
        return cls(**{**data, "evidence": tuple(data["evidence"])})


@dataclass(frozen=True, slots=True)
class Approver:
    """A person with a limit of authority."""

    name: str
    limit: Money | None = None
    """Largest payable amount, in base currency, this person may approve; None: any."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides who sees what. See `policy.toml` for the keys."""

    base_currency: str = "EUR"
    auto_approve_limit: Decimal = Decimal("500.00")
    """Largest payable amount in base currency that is scheduled by itself."""
    mode: str = "interrupt_on_action"
    """"autonomous" lifts the limit to autonomous_limit; blocking holds still stop a payment."""
    autonomous_limit: Decimal | None = None
    """Hard limit of the autonomous mode, in base currency; must be set on purpose."""
    request_ttl_hours: int = 72
    required_fields: tuple[str, ...] = ("number", "supplier", "issue_date")
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Severity by rule id where it differs from the built-in one."""
    default_severity: Severity | None = None
    """Severity of every rule not named in `severities`; None: the built-in one."""
    approvers: tuple[Approver, ...] = ()
    """Empty: whoever runs the program may approve anything, alone."""
    second_above: Decimal | None = None
    """Two different people above this, in base currency; None: never."""
    parallel_above: Decimal | None = None
    """Two people asked at once above this, in base currency; None: never."""
    preparers_may_approve: bool = False
    """Whether importer and editor of an invoice may approve it; ignored without approvers."""
    exchange_rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Units of a currency for one unit of base currency."""
    rates_as_of: date | None = None
    confidence_threshold: float = 0.60
    """Below it a category counts as unsure."""
    default_term_days: int = 30
    """Due date of an invoice without one: issue date plus this, shown as assumed."""
    version: str = "built-in"
    """Short hash of the policy file; part of every fingerprint."""

    def severity(self, rule: str) -> Severity:
        """Give the severity in force for a rule id."""
        fallback = self.default_severity or BUILT_IN_SEVERITY.get(rule, "block")
        return self.severities.get(rule, fallback)

    def in_base_currency(self, money: Money) -> Money | None:
        """Convert for comparing with limits, rounded half up; None without a rate."""
        if money.currency == self.base_currency:
            return money
        rate = self.exchange_rates.get(money.currency)
        return None if rate is None else Money(money.amount / rate, self.base_currency).rounded()

    @property
    def automatic_limit(self) -> Money:
        """The limit up to which nobody is asked, in the mode in force."""
        autonomous = self.mode == "autonomous" and self.autonomous_limit is not None
        limit = self.autonomous_limit if autonomous else self.auto_approve_limit
        return Money(limit or Decimal(0), self.base_currency)


@dataclass(frozen=True, slots=True)
class Twin:
    """Another invoice of the store with the same supplier, number and kind."""

    invoice_id: str
    number: str
    payable: str
    """Amount and currency as text."""
    status: str
    received: str
    """ISO date of its import."""
    paid: bool
    """Whether a payment that is not voided exists for it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that rules may know of the world, read at one moment."""

    known_accounts: tuple[BankAccount, ...] = ()
    """Accounts listed for or last paid to this supplier, newest first."""
    twins: tuple[Twin, ...] = ()
    edits: tuple[Edited, ...] = ()
    """How people changed this invoice, in order; such an invoice is always decided by a person."""


Rule = Callable[[Invoice, Suggestion, Facts, Policy], list[Hold]]


def check(
    invoice: Invoice, suggestion: Suggestion, facts: Facts, policy: Policy
) -> tuple[Hold, ...]:
    """Give all holds on an invoice, the most alarming first; those switched off are left out."""
    found = (hold for rule in RULES for hold in rule(invoice, suggestion, facts, policy))
    return tuple(sorted((hold for hold in found if hold.severity != "off"), key=attention))


def attention(hold: Hold) -> int:
    """Give the place of a hold in the order of a person's attention, 0 for the most alarming."""
    order = list(BUILT_IN_SEVERITY)
    return order.index(hold.rule) if hold.rule in order else len(order)


def blocking(holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """Give the holds a person must decide."""
    return tuple(hold for hold in holds if hold.severity == "block")


def news(holds: tuple[Hold, ...], seen: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """Give the blocking holds that say something the person has not seen yet."""
    known = {(hold.rule, hold.reason) for hold in seen}
    return tuple(hold for hold in blocking(holds) if (hold.rule, hold.reason) not in known)


def payment_account(invoice: Invoice, facts: Facts) -> str | None:
    """Choose where the money goes: the document's one account, else the one we already know.

    Never the first of several: with more than one candidate the known one counts, or none does.
    """
    known = tuple(dict.fromkeys(account.account for account in facts.known_accounts))
    named = invoice.accounts
    if len(named) == 1:
        return named[0]
    candidates = tuple(a for a in named if a in known) if named else known
    return candidates[0] if len(candidates) == 1 else None


def transfers_nothing(invoice: Invoice) -> bool:
    """Whether an invoice is only booked: a credit note, or collected by the supplier."""
    return invoice.is_credit_note or invoice.is_collected


def _hold(
    policy: Policy, rule: str, reason: str, *evidence: str, overridable: bool = True
) -> list[Hold]:
    return [Hold(rule, policy.severity(rule), reason, evidence, overridable)]


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


def payee_differs(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold an invoice that asks to pay somebody else than the supplier (BT-59)."""
    if not inv.payee_name or inv.payee_name == inv.supplier.name or transfers_nothing(inv):
        return []
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
    return []


def missing_field(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what lacks a field the policy requires."""
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
    if not lacking:
        return []
    shown = f" (the document says {inv.number!r})" if "number" in lacking and inv.number else ""
    names = ", ".join(name.replace("_", " ") for name in lacking)
    return _hold(policy, "missing_field", f"missing: {names}{shown}")


def edited(_i: Invoice, _s: Suggestion, facts: Facts, _p: Policy) -> list[Hold]:
    """Hold what a person has changed: no edit, not even one below the limit, skips a person."""
    if not facts.edits:
        return []
    return [Hold("edited", "block", "edited by " + "; ".join(map(str, facts.edits)))]


def flagged(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Hold what the reader of the document noticed: deceptive text, a test document ..."""
    said = (flag.partition(": ") for flag in inv.flags)
    return [hold for rule, _, reason in said for hold in _hold(policy, rule, reason)]


def category_unsure(inv: Invoice, suggestion: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Point out a category nobody could be sure of."""
    del inv
    if suggestion.category is None:
        return _hold(policy, "category_unsure", f"no category: {suggestion.why}")
    if suggestion.confidence < policy.confidence_threshold:
        reason = f"{suggestion.category} is a guess ({suggestion.confidence:.0%}): {suggestion.why}"
        return _hold(policy, "category_unsure", reason, *suggestion.others)
    return []


RULES: tuple[Rule, ...] = (
    account_changed,
    account_unknown,
    several_accounts,
    payee_differs,
    duplicate,
    flagged,
    not_payable,
    missing_field,
    edited,
    over_limit,
    category_unsure,
)
"""Every rule; one line adds one."""
