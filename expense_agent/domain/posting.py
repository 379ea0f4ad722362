"""Invoices and payments in double entry: amounts on accounts that sum to zero."""

from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.invoice import Invoice

LIABILITY = "Liabilities:Payables"
INPUT_VAT = "Assets:InputVAT"
BANK = "Assets:Bank"


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount on an account; its currency is that of the whole entry."""

    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced transaction."""

    day: str
    """ISO date."""
    payee: str
    text: str
    link: str
    """The link that the entries of one invoice share."""
    currency: str
    postings: tuple[Posting, ...]
    pending: bool = False
    """Whether it has not happened yet, as far as we know."""
    remark: str = ""


def invoice_postings(invoice: Invoice, account: str, *, amount_edited: bool) -> tuple[Posting, ...]:
    """Return the expense, its input VAT and what we owe; nothing for an invoice without an amount.

    A credit note is the reverse. VAT stands apart only where the document's own figures say
    how much of the amount it is; otherwise the whole amount is the expense.
    """
    payable = invoice.payable
    if payable is None or not payable.is_exact or payable.amount == 0:
        return ()
    sign = -1 if invoice.is_credit_note and payable.amount > 0 else 1
    owed = payable.rounded().amount * sign
    vat = Decimal(0) if amount_edited else _vat(invoice) * sign
    said = (Posting(account, owed - vat), Posting(INPUT_VAT, vat), Posting(LIABILITY, -owed))
    return tuple(posting for posting in said if posting.amount)


def _vat(invoice: Invoice) -> Decimal:
    tax, net = invoice.tax_amount, invoice.tax_exclusive_amount
    if tax is None or net is None or net + tax != invoice.payable_amount:
        return Decimal(0)
    return tax


def payment_postings(amount: Decimal) -> tuple[Posting, ...]:
    """Return what a payment does: we owe less, and have less."""
    return (Posting(LIABILITY, amount), Posting(BANK, -amount))
