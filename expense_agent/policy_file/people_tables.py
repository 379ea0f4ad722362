"""People and values in a policy.toml: who may approve how much, who must, and for whom.

Money and rates are text in quotes: TOML's own numbers are binary fractions.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from expense_agent.domain.approval import CLOCK
from expense_agent.domain.days import plausible
from expense_agent.domain.money import EXPONENTS, Money
from expense_agent.domain.policy import Approver
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban
from expense_agent.domain.tiers import ANYBODY, Delegation, Tier, name_seat, role_seat


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


MOST_PEOPLE = 8
"""Approvals a tier may ask for: more would never come together."""

Hours = Annotated[int, Field(ge=1, le=87_600)]


class ApproverTable(Table):
    """One of [[approvers]]."""

    name: Name
    limit: Amount | None = None
    roles: list[Name] = Field(default_factory=list)


class ApprovalsTable(Table):
    """[approvals]: how many people, and who."""

    second_above: Amount | None = None
    parallel_above: Amount | None = None
    preparers_may_approve: bool = False
    importers_may_edit: bool = True
    approval_valid_hours: Hours | None = None


class TierTable(Table):
    """One of [[tiers]]: for which invoices, and who must approve them."""

    name: Name
    above: Amount | None = None
    categories: list[str] = Field(default_factory=list)
    cost_centres: list[str] = Field(default_factory=list)
    suppliers: list[str] = Field(default_factory=list)
    people: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] | None = None
    roles: list[Name] = Field(default_factory=list)
    approvers: list[Name] = Field(default_factory=list)
    order: Literal["sequential", "parallel"] = "sequential"
    request_ttl_hours: Hours | None = None


class RemindersTable(Table):
    """[reminders]: what is run before a request expires."""

    hours_before: Hours = 24
    command: Annotated[list[str], Field(min_length=1)]


class DelegationTable(Table):
    """One of [[delegations]]: `to` acts for `from` on some days, up to `cap`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    from_: Name = Field(alias="from")
    to: Name
    first_day: Day
    last_day: Day
    cap: Amount | None = None


def approver_of(table: ApproverTable, currency: str) -> Approver:
    """Return the approver a table means."""
    limit = None if table.limit is None else Money(table.limit, currency)
    return Approver(table.name, limit, tuple(dict.fromkeys(table.roles)))


def tier_of(table: TierTable) -> Tier:
    """Return the tier a table means: anybody first, then the named ones in their order."""
    named = (*map(role_seat, table.roles), *map(name_seat, table.approvers))
    people = table.people or max(len(named), 1)
    return Tier(
        name=table.name,
        seats=(ANYBODY,) * (people - len(named)) + named,
        above=table.above,
        categories=tuple(table.categories),
        cost_centres=tuple(table.cost_centres),
        suppliers=tuple(table.suppliers),
        parallel=table.order == "parallel",
        request_ttl_hours=table.request_ttl_hours,
    )


def delegation_of(table: DelegationTable, currency: str) -> Delegation:
    """Return the delegation a table means."""
    cap = None if table.cap is None else Money(table.cap, currency)
    return Delegation(table.from_, table.to, table.first_day, table.last_day, cap)


def people_problems(
    approvers: Sequence[ApproverTable],
    tiers: Sequence[TierTable],
    delegations: Sequence[DelegationTable],
) -> Iterator[str]:
    """Say what is wrong between what is said of people, as "key: sentence"."""
    yield from _twice("approvers", [person.name for person in approvers])
    yield from _twice("tiers", [tier.name for tier in tiers])
    for ordinal, tier in enumerate(tiers, 1):
        named = [*tier.roles, *tier.approvers]
        if tier.people is not None and tier.people < len(named):
            wanted = f"{len(named)} are named by roles and approvers"
            yield f"tiers.{ordinal}.people: {tier.people} is too few, {wanted}"
        if len(set(named)) < len(named):
            yield f"tiers.{ordinal}: the same role or approver is there twice"
    names = [person.name for person in approvers]
    for ordinal, lent in enumerate(delegations, 1):
        if lent.from_ not in names:
            yield f"delegations.{ordinal}.from: {lent.from_!r} is not one of [[approvers]]"
        if lent.from_ == lent.to:
            yield f"delegations.{ordinal}.to: {lent.to!r} cannot act for themselves"
        if lent.last_day < lent.first_day:
            yield f"delegations.{ordinal}.last_day: is before first_day"


def _twice(key: str, names: Sequence[str]) -> Iterator[str]:
    folded = [name.casefold() for name in names]
    for ordinal, name in enumerate(folded, 1):
        if name in folded[: ordinal - 1]:
            yield f"{key}.{ordinal}.name: {name!r} is there twice"
