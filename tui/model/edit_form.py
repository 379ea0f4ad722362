"""The text typed into the edit form: typed values, or a sentence beside each wrong field.

Which fields there are, and of what type, is said by the request. Money goes from text to Decimal,
never through a float.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from expense_agent.domain.edit_fields import OFFSET, EditField
from expense_agent.domain.invoice import to_plain
from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban
from expense_agent.service import InvoiceDetail

COMMENT = "comment"
"""The field that every form ends with: why it is changed."""
_AMOUNT = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?")


class FieldError(ValueError):
    """A typed value that cannot be taken; the text says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as read: what changes, and what is wrong."""

    changes: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Sentence by field; "comment" when the reason for the change is missing."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one request: its fields, and the values it starts with."""

    fields: tuple[EditField, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> tuple[EditField, ...]:
        """Those that may be changed."""
        return tuple(one for one in self.fields if not one.fixed)

    def title(self, name: str) -> str:
        """Return what a field, or a change of one, is called."""
        named = {one.name: one.title for one in self.fields}
        return named.get(name, name.replace("_", " ").capitalize())

    def read(self, values: Mapping[str, str], categories: Mapping[str, str]) -> Typed:
        """Read the typed values; an untouched field is no change, whatever it holds."""
        changes: dict[str, str] = {}
        problems: dict[str, str] = {}
        for one in self.open:
            typed = values[one.name].strip()
            if typed == self.before[one.name]:
                continue
            try:
                changes[one.name] = read_field(one, typed, categories)
            except FieldError as wrong:
                problems[one.name] = str(wrong)
        changes = {name: new for name, new in changes.items() if new != self.before.get(name)}
        if OFFSET in changes and "payable_amount" in changes:
            problems[OFFSET] = "it sets the payable amount itself: change one or the other"
        if not values[COMMENT].strip():
            problems[COMMENT] = "say why: the next approver reads it"
        elif not changes and not problems:
            problems[COMMENT] = "nothing is changed yet"
        return Typed(changes, problems)


def form_of(detail: InvoiceDetail) -> Form:
    """Return the form of the request that waits, as its schema says."""
    now = to_plain(detail.invoice) | {"category": detail.category, "account": detail.account}
    fields = detail.edit_fields
    return Form(fields, {one.name: str(now.get(one.name) or "") for one in fields})


def read_field(one: EditField, text: str, categories: Mapping[str, str]) -> str:
    """Read one field by its type; raises FieldError."""
    text = text.strip()
    match one.kind:
        case "decimal":
            return _amount(text, one.currency)
        case "category":
            return _category(text, categories)
        case "date":
            return _date(text)
        case "account":
            return _account(text)
        case "currency":
            return _currency(text)
        case "credit":
            return _credit(text, [value for value, _ in one.choices])
        case _:
            return text


def _amount(text: str, currency: str) -> str:
    if not _AMOUNT.fullmatch(text):
        raise FieldError("write it as 1240.50, with a decimal point")
    amount = Decimal(text.replace(",", ""))
    decimals = EXPONENTS.get(currency, 2)
    if amount != round(amount, decimals):
        raise FieldError(f"{currency} has {decimals} decimals")
    if amount == 0:
        raise FieldError("must be above zero; reject what is not to be paid")
    return format(round(amount, decimals), "f")


def _currency(text: str) -> str:
    code = text.upper()
    if code not in EXPONENTS:
        raise FieldError("write its three letters, like EUR")
    return code


def _credit(text: str, there: Sequence[str]) -> str:
    if text not in there:
        raise FieldError(f"no credit {text!r} is open; there are {', '.join(there)}")
    return text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FieldError("write it as 2026-12-31") from None


def _account(text: str) -> str:
    account = canonical_account(text)
    if not account:
        raise FieldError("an account cannot be taken away; reject the invoice instead")
    problem = iban_problem(account) if is_iban(account) else None
    if problem:
        raise FieldError(problem)
    return account


def matching(text: str, categories: Mapping[str, str]) -> list[str]:
    """Return the category ids whose id or label has the typed text, prefix matches first."""
    typed = text.strip().casefold()
    names = {key: (key.casefold(), label.casefold()) for key, label in categories.items()}
    exact = [key for key, name in names.items() if typed in name]
    if exact:
        return exact
    begins = [key for key, name in names.items() if any(n.startswith(typed) for n in name)]
    within = [key for key, name in names.items() if any(typed in n for n in name)]
    return list(dict.fromkeys([*begins, *within]))


def _category(text: str, categories: Mapping[str, str]) -> str:
    found: Sequence[str] = matching(text, categories) if text else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise FieldError("no category has this in its name")
    raise FieldError(f"several match: {', '.join(found[:4])}")
