"""The schema of a policy.toml: every key with its type, and the keys that exclude each other.

Money and rates are text in quotes: TOML's own numbers are binary fractions.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import PAIN_09
from expense_agent.domain.policy import Policy, Severity
from expense_agent.policy_file.people_tables import (
    Amount,
    ApprovalsTable,
    ApproverTable,
    Bic,
    Currency,
    Day,
    DelegationTable,
    Iban,
    Name,
    Rate,
    RemindersTable,
    Table,
    TierTable,
    people_problems,
)

_BUILT_IN = Policy()
_MOST_TABLES = 1_000
"""Of one kind: each is compared with all others, and a person has to oversee them."""

MODES = ("interrupt_on_action", "autonomous", "step_by_step")

RequiredField = Literal[
    "number", "supplier", "issue_date", "due_date", "vat_id", "purchase_order", "buyer_reference"
]


def _mode(value: str) -> str:
    if value not in MODES:
        raise ValueError(f"{value!r} is not a mode; there are {', '.join(MODES)}")
    return value


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(:\d+)?(/[^\s@]*)?", value):
        raise ValueError(f"{value!r} is not the address of a server, such as http://127.0.0.1/v1")
    return value


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value, re.ASCII):
        raise ValueError("must be the name of an environment variable, never the key itself")
    return value


class CategoriesTable(Table):
    """[categories]: which of them a person looks at, and what is learned from it."""

    learn: bool = _BUILT_IN.categories.learn
    learn_not_from: list[str] = Field(default_factory=list)
    first_confirmations: Annotated[int, Field(ge=0, le=1_000)] = (
        _BUILT_IN.categories.first_confirmations
    )
    audit_one_in: Annotated[int, Field(ge=0, le=1_000_000)] = _BUILT_IN.categories.audit_one_in
    sensitive: list[str] = Field(default_factory=lambda: list(_BUILT_IN.categories.sensitive))


class LanguageModelTable(Table):
    """[llm]: a language model that may name categories of suppliers nobody has spoken of."""

    base_url: Annotated[str, AfterValidator(_url)]
    model: Name
    api_key_env: Annotated[str, AfterValidator(_variable)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 8.0
    seconds_budget: Annotated[float, Field(gt=0, le=3_600)] = 120.0
    read_pdfs: bool = False
    token_budget: Annotated[int, Field(ge=1_000, le=100_000_000)] = 100_000


class LimitsTable(Table):
    """[limits]: what may leave by itself over some days."""

    window_days: Annotated[int, Field(ge=1, le=366)] = _BUILT_IN.limits.window_days
    cumulative_limit: Amount | None = None
    near_percent: Annotated[int, Field(ge=1, le=100)] = _BUILT_IN.limits.near_percent


class ConfirmTable(Table):
    """[confirm]: from where on a person is asked to look or to type, before it is carried out."""

    page_above: Amount = _BUILT_IN.confirm.page_above
    amount_above: Amount = _BUILT_IN.confirm.amount_above
    count_above: Annotated[int, Field(ge=1, le=1_000_000)] = _BUILT_IN.confirm.count_above
    sum_above: Amount = _BUILT_IN.confirm.sum_above


class BudgetTable(Table):
    """One of [[budgets]]: what may be spent on a category in a period."""

    category: Name
    period: Literal["month", "quarter", "year"]
    amount: Amount


class DebtorTable(Table):
    """[debtor]: whose account pays."""

    name: Name
    account: Iban
    bic: Bic | None = None
    pain: Literal["pain.001.001.09", "pain.001.001.03"] = PAIN_09


class RatesTable(BaseModel):
    """[exchange_rates]: every key but `as_of` is a currency, for one unit of base currency."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[Currency, Rate] = Field(init=False)

    as_of: Day | None = None


class PolicyTables(Table):
    """A whole policy file, each key by itself valid; see `contradictions`."""

    base_currency: Currency = _BUILT_IN.base_currency
    auto_approve_limit: Amount = _BUILT_IN.auto_approve_limit
    mode: Annotated[str, AfterValidator(_mode)] = _BUILT_IN.mode
    autonomous_limit: Amount | None = None
    request_ttl_hours: Annotated[int, Field(ge=1, le=87_600)] = _BUILT_IN.request_ttl_hours
    required_fields: list[RequiredField] | None = None
    confidence_threshold: Annotated[float, Field(ge=0, le=1)] = _BUILT_IN.confidence_threshold
    default_term_days: Annotated[int, Field(ge=0, le=3_650)] = _BUILT_IN.default_term_days
    holds: dict[str, Severity] = Field(default_factory=dict)
    approvers: list[ApproverTable] = Field(default_factory=list, max_length=_MOST_TABLES)
    approvals: ApprovalsTable = ApprovalsTable()
    tiers: list[TierTable] = Field(default_factory=list, max_length=_MOST_TABLES)
    delegations: list[DelegationTable] = Field(default_factory=list, max_length=_MOST_TABLES)
    reminders: RemindersTable | None = None
    categories: CategoriesTable = CategoriesTable()
    exchange_rates: RatesTable = RatesTable()
    exchange_rates_file: str | None = None
    debtor: DebtorTable | None = None
    limits: LimitsTable = LimitsTable()
    confirm: ConfirmTable = ConfirmTable()
    llm: LanguageModelTable | None = None
    budgets: list[BudgetTable] = Field(default_factory=list, max_length=_MOST_TABLES)
    locked_until: Day | None = None

    @property
    def rates(self) -> dict[str, Decimal]:
        """Units of each currency for one unit of base currency."""
        return self.exchange_rates.__pydantic_extra__


def contradictions(tables: PolicyTables) -> Iterator[str]:
    """Say what is wrong between keys that are each valid, as "key: sentence"."""
    yield from _inexact_amounts(tables)
    yield from _rate_problems(tables)
    if tables.mode == "autonomous" and tables.autonomous_limit is None:
        yield "autonomous_limit: is missing; the autonomous mode needs a hard limit"
    yield from _budget_problems(tables)
    if tables.confirm.amount_above < tables.confirm.page_above:
        yield "confirm.amount_above: is below confirm.page_above, on whose page it is typed"
    yield from people_problems(tables.approvers, tables.tiers, tables.delegations)


def _inexact_amounts(tables: PolicyTables) -> Iterator[str]:
    named = {
        "auto_approve_limit": tables.auto_approve_limit,
        "autonomous_limit": tables.autonomous_limit,
        "approvals.second_above": tables.approvals.second_above,
        "approvals.parallel_above": tables.approvals.parallel_above,
        "limits.cumulative_limit": tables.limits.cumulative_limit,
        "confirm.page_above": tables.confirm.page_above,
        "confirm.amount_above": tables.confirm.amount_above,
        "confirm.sum_above": tables.confirm.sum_above,
        **{f"budgets.{n}.amount": b.amount for n, b in enumerate(tables.budgets, 1)},
        **{f"approvers.{n}.limit": a.limit for n, a in enumerate(tables.approvers, 1)},
        **{f"tiers.{n}.above": tier.above for n, tier in enumerate(tables.tiers, 1)},
        **{f"delegations.{n}.cap": lent.cap for n, lent in enumerate(tables.delegations, 1)},
    }
    for key, amount in named.items():
        if amount is not None and not Money(amount, tables.base_currency).is_exact:
            yield f"{key}: {amount} has more decimals than {tables.base_currency} has"


def _rate_problems(tables: PolicyTables) -> Iterator[str]:
    if tables.base_currency in tables.rates:
        yield f"exchange_rates.{tables.base_currency}: is the base currency, which needs no rate"
    if tables.rates and tables.exchange_rates.as_of is None:
        yield "exchange_rates.as_of: is missing; the date of the rates is shown beside each amount"
    if tables.rates and tables.exchange_rates_file is not None:
        yield "exchange_rates_file: there are rates in [exchange_rates] already; name them once"


def _budget_problems(tables: PolicyTables) -> Iterator[str]:
    named = [budget.category for budget in tables.budgets]
    for ordinal, category in enumerate(named, 1):
        if category in named[: ordinal - 1]:
            yield f"budgets.{ordinal}.category: {category!r} has a budget already"
