"""What a person may type into an edit: read strictly, refused in words, never repaired."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_agent.domain.money import EXPONENTS, Money, plain
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban

# ASCII digits only: Decimal alone accepts other digits, underscores, exponents and NaN.
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Z0-9/.-]{4,34}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Edited:
    """What one person changed; both mappings hold the changed fields only."""

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


EDIT_FIELDS = ("payable_amount", "category", "due_date", "account")


def read_changes(
    changes: Mapping[str, str], currency: str, categories: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the changes in canonical form, and the problems, each by field name."""
    clean: dict[str, str] = {}
    problems: dict[str, str] = {}
    for field, typed in changes.items():
        try:
            clean[field] = _read(field, typed.strip(), currency, categories)
        except ValueError as problem:
            problems[field] = str(problem)
    return clean, problems


def _read(field: str, typed: str, currency: str, categories: Collection[str]) -> str:
    match field:
        case "payable_amount":
            return _amount(typed, currency)
        case "due_date":
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
            raise ValueError(f"{field} cannot be edited; only {', '.join(EDIT_FIELDS)} can")


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
    if not _DATE.fullmatch(typed):
        raise ValueError(f"due date {typed!r} is not a date like 2026-11-30")
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        raise ValueError(f"there is no {typed}") from None


def _account(typed: str) -> str:
    account = canonical_account(typed)
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"account {typed!r} is neither an IBAN nor an account number")
    if is_iban(account) and (problem := iban_problem(account)):
        raise ValueError(f"account {account}: {problem}")
    return account
