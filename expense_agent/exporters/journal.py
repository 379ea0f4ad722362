"""Plain-text accounting: one file that beancount and hledger both read.

Invoices and payments stand in double entry: amounts on accounts that sum to zero.

Only what both understand is used: `open` directives before everything (hledger reads them as
entries without postings), two spaces before an amount, comments on lines of their own.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.category import Category
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import plain

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


HEADER = "; expense-agent journal"
UNSURE = "Expenses:Uncategorized"


def journal(entries: Iterable[Entry], omitted: Iterable[str] = ()) -> bytes:
    """Return the journal of entries, in order; the same entries give the same bytes."""
    ordered = sorted(entries, key=lambda entry: (entry.day, entry.link, entry.text))
    return ("\n".join(_lines(ordered, omitted)) + "\n").encode()


def account_of(category: str | None, categories: Mapping[str, Category]) -> str:
    """Return the account of a category: its code in the user's own chart and its name, else its id.

    Every part begins with a capital or a digit and has letters, digits and hyphens only.
    """
    if category is None:
        return UNSURE
    known = categories.get(category)
    label = known.label if known else category
    parts = [known.gl_code if known and known.gl_code else "", label]
    name = _part("-".join(part for part in parts if part))
    return f"Expenses:{name or _part(category) or 'Other'}"


def _part(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(c if c.isalnum() and c.isascii() else " " for c in _bare(letters))
    joined = "-".join(word[0].upper() + word[1:] for word in kept.split())
    return joined.lstrip("-")


def _bare(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))


def _lines(entries: list[Entry], omitted: Iterable[str]) -> Iterator[str]:
    yield HEADER
    yield "; made from the ledger, to be made again rather than edited"
    first = entries[0].day if entries else "1970-01-01"
    accounts = {posting.account for entry in entries for posting in entry.postings}
    yield ""
    for account in sorted(accounts):
        yield f"{first} open {account}"
    for entry in entries:
        yield ""
        yield from _entry(entry)
    for reason in omitted:
        yield f"; left out: {_text(reason)}"


def _entry(entry: Entry) -> Iterator[str]:
    flag = "!" if entry.pending else "*"
    yield f'{entry.day} {flag} "{_text(entry.payee)}" "{_text(entry.text)}" ^{_link(entry.link)}'
    if entry.remark:
        yield f"  ; {_text(entry.remark)}"
    width = max(len(posting.account) for posting in entry.postings)
    for posting in entry.postings:
        yield f"  {posting.account.ljust(width)}  {plain(posting.amount)} {entry.currency}"


def _text(text: str) -> str:
    """Keep a foreign text inside its quotes and on its line; `;` would begin a comment."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return visible.replace("\\", "\\\\").replace('"', '\\"').replace(";", ",")


def _link(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9\-_/.]", "-", text)
