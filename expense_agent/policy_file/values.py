"""The values a policy.toml is made of. Money and rates are text in quotes.

TOML's own numbers are binary fractions.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from expense_agent.domain.approval import CLOCK
from expense_agent.domain.days import plausible
from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban


def _amount(value: object) -> Decimal:
    return _digits(value, r"\d{1,15}(\.\d{1,6})?", 'an amount of zero or more, such as "500.00"')


def _rate(value: object) -> Decimal:
    return _digits(value, r"(?=.*[1-9])\d{1,9}(\.\d{1,10})?", 'a rate above zero, such as "1.08"')


def _digits(value: object, pattern: str, expected: str) -> Decimal:
    if not isinstance(value, str):
        wrong = f"is written in quotes: {expected}"
        raise ValueError(wrong)  # noqa: TRY004 - pydantic collects ValueError only
    if not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError(f"{value!r} is not {expected}")
    return Decimal(value)


def _currency(value: str) -> str:
    if value not in EXPONENTS:
        raise ValueError(f"{value!r} is not a currency code of ISO 4217, such as EUR")
    return value


def _name(value: str) -> str:
    if not value or value != value.strip() or not value.isprintable():
        raise ValueError("must be a name, without spaces around it")
    if value.casefold() == CLOCK:
        raise ValueError(f"{value!r} is the name under which expired requests are recorded")
    return value


def _iban(value: str) -> str:
    account = canonical_account(value)
    if not is_iban(account):
        raise ValueError(f"{value!r} is not an IBAN")
    if problem := iban_problem(account):
        raise ValueError(f"{value!r} cannot be right: {problem}")
    return account


def _bic(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", value, re.ASCII):
        raise ValueError(f"{value!r} is not a BIC of 8 or 11 characters")
    return value


Amount = Annotated[Decimal, BeforeValidator(_amount)]
Rate = Annotated[Decimal, BeforeValidator(_rate)]
Currency = Annotated[str, AfterValidator(_currency)]
Day = Annotated[date, AfterValidator(plausible)]
Name = Annotated[str, AfterValidator(_name)]
Iban = Annotated[str, AfterValidator(_iban)]
Bic = Annotated[str, AfterValidator(_bic)]


class Table(BaseModel):
    """A table of the file: no key but its own, no value but of its type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
