"""All that rules may know of the world, read at one moment."""

from dataclasses import dataclass

from expense_agent.domain.credit import Credit
from expense_agent.domain.edit import Edited
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import BankAccount


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
class Facts:
    """What is known of the world about one invoice."""

    known_accounts: tuple[BankAccount, ...] = ()
    """Accounts listed for or last paid to this supplier, newest first."""
    twins: tuple[Twin, ...] = ()
    edits: tuple[Edited, ...] = ()
    """How people changed this invoice, in order; such an invoice is always decided by a person."""
    placed: tuple[Placed, ...] = ()
    """What people have placed on it and nobody has taken away; never switched off."""
    credits: tuple[Credit, ...] = ()
    """What this supplier owes us in the currency of the invoice, the oldest first."""
    overdrawn: tuple[str, ...] = ()
    """Credits this invoice was lowered by that have been used elsewhere since."""
    invoice_id: str = ""
    """Decides which invoices are in the audit sample."""


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
