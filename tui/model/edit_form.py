"""What a person typed into the edit form: typed values, or a sentence beside each wrong field.

Money goes from text to Decimal, never through a float.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban
from expense_agent.service import InvoiceDetail

FIELDS = ("payable_amount", "category", "due_date", "account")
"""The fields a person may change, in the order of the form; `comment` follows them."""
LABELS = {
    "payable_amount": "Payable amount",
    "category": "Category",
    "due_date": "Due date",
    "account": "Account",
    "offset": "Offset credit",
    "comment": "Comment",
}
_AMOUNT = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?")

_CREDIT = re.compile(r"-\s*([0-9a-z]{6,52})")
"""In the place of an amount: the id of a credit of the supplier that is to be taken off."""


class FieldError(ValueError):
    """A typed value that cannot be taken; the text says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as read: what changes, and what is wrong."""

    changes: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Sentence by field; "comment" when the reason for the change is missing."""


def current(detail: InvoiceDetail) -> dict[str, str]:
    """Give the values the form starts with."""
    return {
        "payable_amount": detail.invoice.get("payable_amount") or "",
        "category": detail.category or "",
        "due_date": detail.invoice.get("due_date") or "",
        "account": detail.account or "",
    }


def read(values: Mapping[str, str], detail: InvoiceDetail, categories: Mapping[str, str]) -> Typed:
    """Read the typed values; an untouched field is no change, whatever it holds."""
    before = current(detail)
    currency = str(detail.invoice.get("currency", ""))
    changes: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name in FIELDS:
        typed = values[name].strip()
        if typed == before[name]:
            continue
        if name == "payable_amount" and (credit := _CREDIT.fullmatch(typed)):
            changes["offset"] = credit[1]
            continue
        try:
            changes[name] = read_field(name, values[name], currency, categories)
        except FieldError as wrong:
            problems[name] = str(wrong)
    changes = {name: value for name, value in changes.items() if value != before.get(name)}
    if not values["comment"].strip():
        problems["comment"] = "say why: the next approver reads it"
    elif not changes and not problems:
        problems["comment"] = "nothing is changed yet"
    return Typed(changes, problems)


def read_field(name: str, text: str, currency: str, categories: Mapping[str, str]) -> str:
    """Read one field; raises FieldError."""
    text = text.strip()
    if name == "payable_amount":
        return _amount(text, currency)
    if name == "category":
        return _category(text, categories)
    return _due_date(text) if name == "due_date" else _account(text)


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


def _due_date(text: str) -> str:
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
    """Give the category ids whose id or label has the typed text; those beginning with it first."""
    typed = text.strip().casefold()
    names = {key: (key.casefold(), label.casefold()) for key, label in categories.items()}
    exact = [key for key, name in names.items() if typed in name]
    if exact:
        return exact
    begins = [key for key, name in names.items() if any(n.startswith(typed) for n in name)]
    within = [key for key, name in names.items() if any(typed in n for n in name)]
    return list(dict.fromkeys([*begins, *within]))


def _category(text: str, categories: Mapping[str, str]) -> str:
    found = matching(text, categories) if text else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise FieldError("no category has this in its name")
    raise FieldError(f"several match: {', '.join(found[:4])}")
