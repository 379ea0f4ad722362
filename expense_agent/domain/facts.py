"""All that rules may know of the world, read at one moment, and how far back it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from expense_agent.domain.credit import Credit
from expense_agent.domain.edit import Edited
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import LeftAlready
from expense_agent.domain.supplier import BankAccount


@dataclass(frozen=True, slots=True)
class Twin:
    """Another invoice of the store that this one may repeat."""

    invoice_id: str
    number: str
    payable: str
    """Amount and currency as text."""
    status: str
    received: str
    """ISO date of its import."""
    paid: bool
    """Whether a payment that is not voided exists for it."""
    layer: str = "number"
    """How it was found, the strongest way: see `twins.LAYERS`."""
    supplier: str = ""
    dated: str = ""
    """ISO date of the document, else of its import."""
    numbered: bool = True
    """Whether its number says anything: not missing, no placeholder."""
    same_supplier: bool = True
    same_file: bool = False
    """Whether both are records of one file: whoever wrote it has told them apart."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A hold that a person has placed on an invoice by their answer."""

    rule: str
    """"on_hold", "sent_back", "taken_back" or "reopened"."""
    by: str
    text: str
    """The reason or the question."""
    until: str | None = None
    """ISO date an "on_hold" lasts until."""


@dataclass(frozen=True, slots=True)
class PartySum:
    """The sum paid without approval to one supplier or account within the window."""

    party: str
    """A supplier key, or "account:" and the account."""
    sums: tuple[Money, ...]
    """One for each currency."""


@dataclass(frozen=True, slots=True)
class Scope:
    """How far facts reach for one invoice; the policy sets it."""

    window_days: int = 30
    """Days, today included, in which what leaves by itself adds up."""
    near: tuple[int, int] | None = None
    """Minor units of the invoice's currency just under the limit, if the invoice is so."""
    budgets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Categories whose commitments are asked for, with the months ("2026-11") of the period."""


EVERYWHERE = Scope()
"""The scope of those who ask for nothing that depends on the policy."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The known facts about one invoice."""

    known_accounts: tuple[BankAccount, ...] = ()
    """Accounts listed for or last paid to this supplier, newest first."""
    twins: tuple[Twin, ...] = ()
    edits: tuple[Edited, ...] = ()
    """How people changed this invoice, in order; such an invoice is always decided by a person."""
    placed: tuple[Placed, ...] = ()
    """The holds people have placed and nobody has released; never switched off."""
    credits: tuple[Credit, ...] = ()
    """The credits of this supplier in the currency of the invoice, oldest first."""
    offset: tuple[str, ...] = ()
    """Numbers of the credits that have been taken off this invoice."""
    overdrawn: tuple[str, ...] = ()
    """Credits this invoice was lowered by that have been used elsewhere since."""
    invoice_id: str = ""
    """Decides which invoices are in the audit sample."""
    approved: bool = False
    """Whether a person's approval stands: then nothing of it leaves by itself."""
    today: date | None = None
    automatic: tuple[PartySum, ...] = ()
    near: tuple[Twin, ...] = ()
    """Other invoices of the supplier or account just under the limit within the window."""
    rhythm: tuple[date, ...] = ()
    """When this supplier asked for this very amount before, newest first."""
    usual: tuple[Decimal, ...] = ()
    """The amounts paid to this supplier in this currency of late."""
    supplier_known: bool = False
    """Whether the supplier is listed or was paid before."""
    account_paid: bool = False
    """Whether this supplier was paid into this account before."""
    others_with_account: tuple[str, ...] = ()
    """Other suppliers, as they are known, to whom this account belongs."""
    account_listed_elsewhere: bool = False
    """Whether a person has listed it for one of them."""
    lookalikes: tuple[str, ...] = ()
    """Names of known suppliers that share nothing with this one but may be taken for it."""
    committed: Mapping[str, tuple[Money, ...]] = field(default_factory=dict)
    """The amount paid or approved in a budget's category and period, without this invoice."""
    left_already: tuple[LeftAlready, ...] = ()
    """The payments for it that a restored store has forgotten, as payment files tell."""


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
