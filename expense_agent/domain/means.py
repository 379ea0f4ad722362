"""How the money is to move (BT-81): transferred by us, collected by the supplier, or not clear."""

from expense_agent.domain.en16931 import is_e_invoice
from expense_agent.domain.invoice import COLLECTED, Invoice
from expense_agent.domain.supplier import is_iban

TRANSFERS = frozenset(("30", "31", "42", "58"))
"""Payment means by which we transfer; 58 is SEPA."""
DIRECT_DEBITS = frozenset(("49", "59"))
"""Payment means by which the supplier takes the money."""

_SEPA = "58"


def is_direct_debit(invoice: Invoice) -> bool:
    """Whether the supplier takes the money from our account."""
    return invoice.is_collected and bool(DIRECT_DEBITS & set(_codes(invoice)))


def why_unclear(invoice: Invoice, account: str | None, *, confirmed: bool) -> str | None:
    """Say why a transfer cannot follow from what the document says of it, or None.

    `account` is the one that would be paid, `confirmed` whether we know it already.
    """
    codes = _codes(invoice)
    if not codes:
        return "the e-invoice does not say how to pay" if is_e_invoice(invoice) else None
    strange = [code for code in codes if code not in TRANSFERS | COLLECTED]
    if strange:
        return f"payment means {', '.join(strange)} does not say how to pay"
    if len(codes) > 1 and not (confirmed and TRANSFERS.issuperset(codes)):
        return f"several ways to pay: payment means {', '.join(codes)}"
    if _SEPA not in codes:
        return None
    if invoice.currency != "EUR":
        return f"a SEPA transfer (58) moves euros, the invoice is in {invoice.currency}"
    if account is not None and not is_iban(account):
        return f"a SEPA transfer (58) needs an IBAN, which {account} is not"
    return None


def _codes(invoice: Invoice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(means.code for means in invoice.payment_means if means.code))
