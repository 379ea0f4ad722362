"""The changes a person may type: which fields, of what type, read strictly, refused in words.

The schema travels in the interrupt's payload, is kept with the request, and is all that a form
knows: a field that is added here is in every form, and read by the type it names.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from expense_agent.domain.credit import Credit
from expense_agent.domain.days import typed_day
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import EXPONENTS, Money, plain
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban

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


# ASCII digits only: Decimal alone accepts other digits, underscores, exponents and NaN.
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,3})?", re.ASCII)
_ACCOUNT = re.compile(r"[A-Z0-9/.-]{4,34}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Edited:
    """The changes of one person; both mappings hold the changed fields only."""

    editor: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]
    round: int = 2
    """The round it began."""

    def __str__(self) -> str:
        said = (
            f"{field.replace('_', ' ')} {self.before[field] or 'none'} -> {value}"
            for field, value in self.after.items()
        )
        return f"{self.editor}: {', '.join(said)}"


def read_changes(
    changes: Mapping[str, str], fields: Sequence[EditField], categories: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the changes in canonical form, and the problems, each by field name.

    `fields`: those of the request that is changed.
    """
    by_name = {field.name: field for field in fields}
    clean: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, typed in changes.items():
        try:
            clean[name] = _read(_open(name, by_name), typed.strip(), categories)
        except ValueError as problem:
            problems[name] = str(problem)
    return clean, problems


def _open(name: str, by_name: Mapping[str, EditField]) -> EditField:
    """Return a field that may be changed; raises ValueError."""
    field = by_name.get(name)
    if field is None or field.fixed:
        can = ", ".join(one.name for one in by_name.values() if not one.fixed)
        why = f" ({field.fixed})" if field else ""
        raise ValueError(f"{name} cannot be edited{why}; only {can} can")
    return field


def _read(field: EditField, typed: str, categories: Collection[str]) -> str:
    match field.kind:
        case "decimal":
            return _amount(typed, field.currency)
        case "date":
            return _due_date(typed)
        case "account":
            return _account(typed)
        case "category":
            if typed not in categories:
                raise ValueError(
                    f"no category {typed!r}; there are {', '.join(sorted(categories))}"
                )
            return typed
        case _:
            raise ValueError(f"{field.name} cannot be edited")


def _amount(typed: str, currency: str) -> str:
    if not _AMOUNT.fullmatch(typed):
        raise ValueError(f"payable amount {typed!r} is not an amount like 1240.00")
    money = Money(Decimal(typed), currency)
    if not money.is_exact:
        raise ValueError(f"{currency} has {EXPONENTS[currency]} decimals")
    if money.amount <= 0:
        raise ValueError("the payable amount must be above zero; to pay nothing, reject it")
    return plain(money.rounded().amount)


def _due_date(typed: str) -> str:
    try:
        return typed_day(typed).isoformat()
    except ValueError as error:
        raise ValueError(f"due date {typed!r}: {error}") from None


def _account(typed: str) -> str:
    account = canonical_account(typed)
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"account {typed!r} is neither an IBAN nor an account number")
    if is_iban(account) and (problem := iban_problem(account)):
        raise ValueError(f"account {account}: {problem}")
    return account
