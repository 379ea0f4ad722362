"""The changes a person may type: read strictly, refused in words, never repaired."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.days import typed_day
from expense_agent.domain.edit_fields import EditField
from expense_agent.domain.money import EXPONENTS, Money, plain
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban

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
