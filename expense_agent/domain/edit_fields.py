"""Which fields of a request a person may change, and of what type: one schema, carried by it.

The schema travels in the interrupt's payload, is kept with the request, and is all that a form
knows: a field that is added here is in every form, and read by the type it names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from expense_agent.domain.credit import Credit
from expense_agent.domain.invoice import Invoice

Kind = Literal["decimal", "currency", "category", "date", "account", "credit", "text"]
"""How a field is read; in the schema it is the "format". "text" is what no other is."""
_KINDS: dict[str, Kind] = {
    "decimal": "decimal",
    "currency": "currency",
    "category": "category",
    "date": "date",
    "account": "account",
    "credit": "credit",
}
OFFSET = "offset"
"""The field that names a credit of the supplier to be taken off the amount."""
_CURRENCY = "the document's own; reject it if that is wrong"
"""Another currency is another debt: all amounts, totals and lines of the document say this one."""


@dataclass(frozen=True, slots=True)
class EditField:
    """One field of the form of a request."""

    name: str
    kind: Kind
    title: str
    fixed: str = ""
    """Why this request's form shows it, but cannot change it; "" where it can."""
    currency: str = ""
    """Of a "decimal": whose decimals it may have."""
    choices: tuple[tuple[str, str], ...] = ()
    """Of a "credit": each value there is, and what it stands for."""


def edit_fields(invoice: Invoice, credits_: Sequence[Credit] = ()) -> tuple[EditField, ...]:
    """Return the fields of an invoice, in the order of the form; `credits_`: what is open."""
    booked = invoice.is_credit_note or invoice.is_collected
    nothing = "nothing is transferred" if booked else ""
    pays = not booked and invoice.payable is not None and invoice.payable.amount > 0
    choices = tuple((one.invoice_id, f"{one.number}, {one.left}") for one in credits_ if pays)
    offset = EditField(OFFSET, "credit", "Offset credit", choices=choices)
    return (
        EditField("payable_amount", "decimal", "Payable amount", currency=invoice.currency),
        EditField("currency", "currency", "Currency", _CURRENCY),
        *((offset,) if choices else ()),
        EditField("category", "category", "Category"),
        EditField("due_date", "date", "Due date"),
        EditField("account", "account", "Account", nothing),
    )


def schema_of(fields: tuple[EditField, ...]) -> dict[str, Any]:
    """Write fields as a JSON schema: what a form of any kind needs to know."""
    return {"type": "object", "properties": {one.name: _property(one) for one in fields}}


def _property(field: EditField) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "string", "title": field.title, "format": field.kind}
    if field.currency:
        said["currency"] = field.currency
    if field.choices:
        said["oneOf"] = [{"const": value, "title": words} for value, words in field.choices]
    if field.fixed:
        said |= {"readOnly": True, "description": field.fixed}
    return said


def fields_of(schema: Mapping[str, Any]) -> tuple[EditField, ...]:
    """Read fields back from a schema; a type that is not known is text."""
    return tuple(_fields_in(schema.get("properties", {})))


def _fields_in(properties: Mapping[str, Mapping[str, Any]]) -> Iterator[EditField]:
    for name, said in properties.items():
        yield EditField(
            name,
            _KINDS.get(said.get("format", ""), "text"),
            said.get("title") or name.replace("_", " "),
            (said.get("description") or "not of this request") if said.get("readOnly") else "",
            said.get("currency") or "",
            tuple((one["const"], one["title"]) for one in said.get("oneOf", ())),
        )
