"""Feedback on categories, word by word, and the one label that remains of each invoice.

A word is never changed. A later one about the same invoice outweighs it, or it is taken back; so
two approvers, or an edit and its approval, are one label.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from expense_agent.domain.category import Label, Suggestion
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import CategoryPolicy
from expense_agent.domain.supplier import Supplier, supplier_keys

Kind = Literal["confirmation", "correction", "bulk", "learned", "rule"]
Scope = Literal["supplier", "invoice"]

WEIGHTS: dict[Kind, float] = {
    "confirmation": 1.0,
    "correction": 1.0,
    "bulk": 0.3,  # one answer for many invoices: nobody has looked at each
    "learned": 1.0,  # an accountant has coded it in an earlier ledger
    "rule": 1.0,
}

_CARD_READER = re.compile(r"^(sq|sp|pp|iz|tst|wpy|paypal|sumup|i?zettle)\s?\*\s*", re.IGNORECASE)
_LONGEST_NAME = 200
_LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Feedback:
    """One word of one person on the category of one thing."""

    subject: str
    """The subject of one label: the thread of an invoice, a line of an old ledger, or a rule."""
    source: str
    """Where it was said: an interrupt, "round 3", "look 2" ...; the same is never said twice."""
    kind: Kind
    supplier_keys: tuple[str, ...]
    """The key the supplier is recognised by; empty: nothing is learned."""
    supplier: str
    words: str
    """The goods or service bought, without amounts or any numbers."""
    cost_centre: str
    category: str
    by: str
    at: str
    thread_id: str | None = None
    """None: it is not about an invoice of this store."""
    scope: Scope = "supplier"
    """"invoice": this one is an exception, and says nothing about others."""
    suggested: str | None = None
    """The program's suggestion before anybody answered."""
    evidence: str = ""
    """The evidence of that suggestion; "" when it said nothing of its own."""
    seq: int = 0
    """Order in the ledger; 0: not there yet."""


def known_as(supplier: Supplier) -> tuple[str, ...]:
    """Return the keys a supplier's labels are kept under: its ids, else its name.

    On a card statement the name carries who read the card and a number that is new every time.
    """
    name = _CARD_READER.sub("", (supplier.name or "")[:_LONGEST_NAME])
    head, star, tail = name.partition("*")
    if star:
        name = " ".join([head, *(word for word in tail.split() if not re.search(r"\d", word))])
    return supplier_keys(Supplier(name=name, vat_id=supplier.vat_id, legal_id=supplier.legal_id))


def about_invoice(  # noqa: PLR0913 - a word names what, where, how, by whom and when
    invoice: Invoice,
    thread_id: str,
    category: str,
    *,
    source: str,
    kind: Kind,
    by: str,
    at: str,
    suggestion: Suggestion | None = None,
    scope: Scope = "supplier",
) -> Feedback:
    """Put a person's word on an invoice into the form the ledger keeps."""
    return Feedback(
        subject=thread_id,
        source=source,
        kind=kind,
        supplier_keys=known_as(invoice.supplier),
        supplier=(invoice.supplier.name or "")[:_LONGEST_NAME],
        words=invoice.words[:_LONGEST_WORDS],
        cost_centre=invoice.cost_centre[:_LONGEST_NAME],
        category=category,
        by=by,
        at=at,
        thread_id=thread_id,
        scope=scope,
        suggested=suggestion.category if suggestion else None,
        evidence=suggestion.evidence if suggestion else "",
    )


def label_of(words: Sequence[Feedback]) -> Label | None:
    """Return the label that the words on one subject come to, oldest first; None: nothing to learn.

    The newest word says the category. What the program had suggested stands in the first one: by
    the second it may have been told already.
    """
    if not words or words[-1].scope == "invoice" or not words[-1].supplier_keys:
        return None
    first, last = words[0], words[-1]
    same = (word for word in words if word.category == last.category)
    return Label(
        subject=last.subject,
        supplier_keys=last.supplier_keys,
        name=last.supplier,
        words=last.words,
        cost_centre=last.cost_centre,
        category=last.category,
        weight=max(WEIGHTS[word.kind] for word in same),
        suggested=first.suggested,
        evidence=first.evidence,
        order=last.seq,
    )


def is_taught(supplier: Supplier, policy: CategoryPolicy) -> bool:
    """Whether what people say of a supplier is learned, by the policy."""
    excluded = {key for name in policy.learn_not_from for key in keys_of_text(name)}
    return policy.learn and not excluded.intersection(known_as(supplier))


def rule_subject(supplier_keys: Sequence[str], cost_centre: str) -> str:
    """Name the rule for a supplier, and a cost centre or "": a later one takes its place."""
    return f"rule {' '.join(supplier_keys)} / {cost_centre}"


def keys_of_text(text: str) -> tuple[str, ...]:
    """Return the keys of a supplier as a person types it: a VAT id, a legal id or a name."""
    as_id = re.sub(r"[^A-Z0-9]", "", text.upper())
    ids = (f"vat:{as_id}", f"legal:{as_id}") if as_id else ()
    return (*ids, *known_as(Supplier(name=text)))
