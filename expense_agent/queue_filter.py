"""The filter language: `supplier:nord amount>500 due<7d !hold:bank words` into terms.

It ends in a structure, never in SQL; what cannot be understood is named, part by part.
"""

import re
import shlex
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from expense_agent.service import Term

HOLD_WORDS = {
    "over_limit": "limit",
    "account_changed": "bank",
    "account_unknown": "no bank",
    "several_accounts": "banks",
    "payee_differs": "payee",
    "duplicate": "twin",
    "deceptive_text": "text",
    "not_payable": "amount",
    "missing_field": "missing",
    "open_credit": "credit",
    "credit_used": "credit gone",
    "category_unsure": "category",
}
"""One short word per rule, as the list shows it and the filter understands it."""

_TEXT_FIELDS = ("text", "supplier", "number", "category", "hold", "currency")
_FIELDS = (*_TEXT_FIELDS, "amount", "due")
_PART = re.compile(r"(?P<field>[a-z]+)(?P<op><=|>=|[:=<>])(?P<value>.*)", re.DOTALL)
_AMOUNT = re.compile(r"(?P<digits>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<currency>[a-z]{3})?")
_OPERATORS: dict[str, Literal["=", "<", ">", "<=", ">="]] = {
    ":": "=", "=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=",
}  # fmt: skip
_RULES_BY_WORD = {word.replace(" ", ""): rule for rule, word in HOLD_WORDS.items()}

EXAMPLE = "supplier:nord amount>500 due<7d hold:bank currency:eur !text"


class FilterError(ValueError):
    """A filter that cannot be understood; the text names the part and what would be right."""


def parse(text: str, today: date) -> tuple[Term, ...]:
    """Read a filter; all its parts must hold. Raises FilterError."""
    try:
        parts = shlex.split(text, posix=True)
    except ValueError:
        raise FilterError("a quotation mark is not closed") from None
    return tuple(term for part in parts for term in _terms(part, today))


def _terms(part: str, today: date) -> tuple[Term, ...]:
    negated = part.startswith("!")
    said = part.removeprefix("!").casefold()
    if not said:
        raise FilterError("! stands alone: write !word or !field:value")
    found = _PART.fullmatch(said)
    if found is None:
        return (Term("text", "contains", said, negated),)
    name, operator, value = found["field"], found["op"], found["value"]
    if name not in _FIELDS:
        raise FilterError(f"{part}: no field {name!r}; there are {', '.join(_FIELDS)}")
    if not value:
        raise FilterError(f"{part}: nothing follows {operator}")
    if name == "amount":
        return _amount(part, operator, value, negated=negated)
    if name == "due":
        return (_due(part, operator, value, today, negated=negated),)
    if operator not in ":=":
        raise FilterError(f"{part}: {name} is text; write {name}:{value}")
    return (_text(name, operator, value, negated=negated),)


def _text(name: str, operator: str, value: str, *, negated: bool) -> Term:
    if name == "hold" and value in _RULES_BY_WORD:
        return Term("hold", "=", _RULES_BY_WORD[value], negated)
    exact = operator == "=" or name == "currency"
    return Term(name, "=" if exact else "contains", value, negated)


def _amount(part: str, operator: str, value: str, *, negated: bool) -> tuple[Term, ...]:
    found = _AMOUNT.fullmatch(value)
    try:
        amount = Decimal(found["digits"].replace(",", "")) if found else None
    except InvalidOperation:
        amount = None
    if found is None or amount is None:
        raise FilterError(f"{part}: {value!r} is not an amount; write amount>1240.00")
    term = _compared("amount", operator, format(amount, "f"), negated=negated)
    if found["currency"] is None:
        return (term,)
    if negated:
        raise FilterError(f"{part}: turn round the amount or the currency, not both at once")
    return (term, Term("currency", "=", found["currency"]))


def _due(part: str, operator: str, value: str, today: date, *, negated: bool) -> Term:
    days = re.fullmatch(r"(-?[0-9]{1,4})d", value)
    try:
        if value == "today":
            day = today
        elif days:
            day = today + timedelta(days=int(days[1]))
        else:
            day = date.fromisoformat(value)
    except ValueError:
        raise FilterError(
            f"{part}: {value!r} is no date; write due<7d, due<today or due<2026-12-31"
        ) from None
    return _compared("due", operator, day.isoformat(), negated=negated)


def _compared(name: str, operator: str, value: str, *, negated: bool) -> Term:
    return Term(name, _OPERATORS[operator], value, negated)
