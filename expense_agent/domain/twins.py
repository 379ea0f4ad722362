"""By what an invoice is found again that comes as another one: six layers, the strongest first."""

import re
import unicodedata

from expense_agent.domain.invoice import Invoice, invoice_kind
from expense_agent.domain.supplier import supplier_keys

LAYERS = {
    "source": "same record of the same file",
    "number": "same supplier and number",
    "similar": "same supplier and amount, similar number",
    "copy": "same number, amount and account, under another supplier name",
    "account": "same amount into the same account, under another supplier name",
    "amount": "same supplier and amount, within 7 days",
}
"""The likeness of two invoices in words."""
AMOUNT_DAYS = 7
"""Days between two invoices of one supplier over the same amount that may be one."""
ACCOUNT_DAYS = 60
"""Days between two invoices of different suppliers over the same amount into one account."""

_ADDED = re.compile(r"(?<=\d)[\s._/-]*A$|(?<=\d)[\s._/-]+1$")
"""Endings put behind a number to send an invoice again: 1001-1, 1001/A, 1001A."""
_ALIKE = str.maketrans("OIL", "011")


def marks(invoice: Invoice) -> tuple[tuple[str, str], ...]:
    """Return (layer, mark) pairs: two invoices with one mark in common are twins of that layer.

    Placeholders ("REDACTED", "n/a") mark nothing: they identify no invoice.
    """
    source = f"source:{invoice.source.sha256}:{invoice.source.location or ''}"
    found = [("source", source)]
    number, kind = invoice.number_key, invoice_kind(invoice)
    for key in supplier_keys(invoice.supplier) if number else ():
        found.append(("number", f"number:{kind}:{key}:{number}"))
        found += [
            ("similar", f"similar:{kind}:{key}:{loose}:{_amount(invoice)}")
            for loose in loose_numbers(invoice.number or "")
            if invoice.payable
        ]
    return tuple(found)


def loose_numbers(number: str) -> tuple[str, ...]:
    """Fold a number so that look-alikes fall together: zeros in front, O and 0, a "-1" behind."""
    text = unicodedata.normalize("NFKC", number).upper().strip()
    return tuple(sorted({_fold(text), _fold(_ADDED.sub("", text))} - {""}))


def same_series(one: str, other: str) -> bool:
    """Whether two numbers are built alike (R-1001 and R-1002): their sender counts with them."""
    return _shape(one) == _shape(other)


def parties(invoice: Invoice) -> tuple[str, ...]:
    """Return the keys under which amounts of this invoice add up: supplier's and accounts'."""
    accounts = (account_party(account) for account in invoice.accounts)
    return (*supplier_keys(invoice.supplier), *accounts)


def account_party(account: str) -> str:
    """Return the key under which amounts add up for an account."""
    return f"account:{account}"


def _fold(text: str) -> str:
    zeros = re.sub(r"(?<!\d)0+(?=\d)", "", text.translate(_ALIKE))
    return re.sub(r"[\W_]", "", zeros)


def _shape(number: str) -> str:
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", number))


def _amount(invoice: Invoice) -> str:
    payable = invoice.payable
    return f"{payable.rounded().minor} {payable.currency}" if payable else ""
