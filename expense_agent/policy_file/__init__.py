"""Reads policy.toml into a Policy, and shows a Policy as policy.toml or JSON.

A file that is wrong anywhere is refused whole, with every problem named by its key: half a policy
would pay what the other half should have stopped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from reprlib import repr as brief
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from expense_agent.domain.chain import impossible, tiers_of
from expense_agent.domain.payment_run import Debtor
from expense_agent.domain.policy import (
    BUILT_IN_SEVERITY,
    Budget,
    CategoryPolicy,
    ConfirmLines,
    LanguageModel,
    LimitPolicy,
    Policy,
    Reminders,
)
from expense_agent.errors import PolicyInvalid
from expense_agent.named_file import read_toml
from expense_agent.policy_file.people_tables import (
    ApprovalsTable,
    ApproverTable,
    TierTable,
    approver_of,
    delegation_of,
    tier_of,
)
from expense_agent.policy_file.policy_schema import (
    BudgetTable,
    CategoriesTable,
    ConfirmTable,
    DebtorTable,
    LanguageModelTable,
    LimitsTable,
    PolicyTables,
    contradictions,
)
from expense_agent.policy_file.rates import read_rates
from expense_agent.policy_file.shown import policy_to_plain, policy_to_toml, version_of

__all__ = [
    "content_of",
    "load_policy",
    "notes_on",
    "policy_of",
    "policy_to_plain",
    "policy_to_toml",
]

_KEYS = {
    "": tuple(PolicyTables.model_fields),
    "approvers": tuple(ApproverTable.model_fields),
    "approvals": tuple(ApprovalsTable.model_fields),
    "tiers": tuple(TierTable.model_fields),
    "reminders": ("hours_before", "command"),
    "delegations": ("from", "to", "first_day", "last_day", "cap"),
    "categories": tuple(CategoriesTable.model_fields),
    "limits": tuple(LimitsTable.model_fields),
    "confirm": tuple(ConfirmTable.model_fields),
    "llm": tuple(LanguageModelTable.model_fields),
    "budgets": tuple(BudgetTable.model_fields),
    "debtor": tuple(DebtorTable.model_fields),
    "holds": ("default", *BUILT_IN_SEVERITY),
}
_PLAIN_WORDS = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "date_type": "must be a date such as 2026-11-01, without quotes",
}


def load_policy(path: Path | None) -> Policy:
    """Read a policy file; None gives the built-in policy. Raises PolicyInvalid."""
    return Policy() if path is None else policy_of(content_of(path), path)


def policy_of(content: Mapping[str, Any], path: Path) -> Policy:
    """Return the policy that the content of a file says; raises PolicyInvalid."""
    return _read(content, path)[0]


def notes_on(path: Path) -> list[str]:
    """Say what a valid policy file contains that has no effect yet, or may surprise."""
    policy, tables = _read(content_of(path), path)
    return list(_notes(tables, policy))


def _read(content: Mapping[str, Any], path: Path) -> tuple[Policy, PolicyTables]:
    tables = _tables(content, path)
    policy = _with_rates(_policy(tables), path, tables)
    if problems := [f"{_key_of(name, tables)}: {why}" for name, why in impossible(policy)]:
        raise PolicyInvalid(path, problems)
    return replace(policy, version=version_of(policy)), tables


def _key_of(tier: str, tables: PolicyTables) -> str:
    """Say where a tier stands in the file."""
    names = [table.name for table in tables.tiers]
    return f"tiers.{names.index(tier) + 1} ({tier})" if tier in names else f"approvals.{tier}"


def content_of(path: Path) -> dict[str, Any]:
    """Read a policy file as TOML, whatever it says; raises PolicyInvalid."""
    try:
        return read_toml(path)
    except OSError as error:
        raise PolicyInvalid(path, [f"cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise PolicyInvalid(path, [str(error)]) from error


def _tables(content: Mapping[str, Any], path: Path) -> PolicyTables:
    try:
        tables = PolicyTables.model_validate(content)
    except ValidationError as error:
        raise PolicyInvalid(path, [_sentence(detail) for detail in error.errors()]) from error
    if problems := [*_unknown_rules(tables), *contradictions(tables)]:
        raise PolicyInvalid(path, problems)
    return tables


def _sentence(detail: ErrorDetails) -> str:
    """Say "key: what is wrong" in plain words; list items are counted from 1."""
    location = [str(part + 1) if isinstance(part, int) else part for part in detail["loc"]]
    key = ".".join(part for part in location if part != "[key]")
    match detail["type"]:
        case "extra_forbidden":
            section = location[0] if len(location) > 1 else ""
            return _unknown_key(key, location[-1], section)
        case "value_error":
            return f"{key}: {detail['ctx']['error']}"
        case "literal_error":
            return f"{key}: {brief(detail['input'])} is none of {detail['ctx']['expected']}"
        case kind:
            wrong = detail["msg"].removeprefix("Input ")
            return f"{key}: {_PLAIN_WORDS.get(kind, wrong)}"


def _unknown_key(key: str, name: str, section: str) -> str:
    """Name the nearest valid key, else all of them."""
    valid = _KEYS[section]
    near = get_close_matches(name, valid, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"valid are {', '.join(valid)}"
    return f"{key}: unknown key; {hint}"


def _unknown_rules(tables: PolicyTables) -> Iterator[str]:
    for rule in tables.holds:
        if rule not in _KEYS["holds"]:
            yield _unknown_key(f"holds.{rule}", rule, "holds")


def _policy(tables: PolicyTables) -> Policy:
    said: dict[str, Any] = {
        name: getattr(tables, name)
        for name in (
            "base_currency",
            "auto_approve_limit",
            "mode",
            "autonomous_limit",
            "request_ttl_hours",
            "confidence_threshold",
            "default_term_days",
            "locked_until",
        )
    }
    return Policy(
        **said,
        **tables.approvals.model_dump(),
        required_fields=_required_fields(tables),
        severities={rule: s for rule, s in tables.holds.items() if rule != "default"},
        default_severity=tables.holds.get("default"),
        categories=_categories(tables.categories),
        approvers=tuple(approver_of(person, tables.base_currency) for person in tables.approvers),
        reminders=_reminders(tables),
        tiers=tuple(tier_of(table) for table in tables.tiers),
        delegations=tuple(delegation_of(d, tables.base_currency) for d in tables.delegations),
        exchange_rates=tables.rates,
        rates_as_of=tables.exchange_rates.as_of,
        limits=LimitPolicy(**tables.limits.model_dump()),
        confirm=ConfirmLines(**tables.confirm.model_dump()),
        budgets=tuple(Budget(**budget.model_dump()) for budget in tables.budgets),
        language_model=None if tables.llm is None else LanguageModel(**tables.llm.model_dump()),
        debtor=None if tables.debtor is None else Debtor(**tables.debtor.model_dump()),
    )


def _reminders(tables: PolicyTables) -> Reminders | None:
    said = tables.reminders
    return None if said is None else Reminders(said.hours_before, tuple(said.command))


def _with_rates(policy: Policy, path: Path, tables: PolicyTables) -> Policy:
    """Put in the rates of the dated file, if one is named: each with its own day."""
    name = tables.exchange_rates_file
    if name is None:
        return policy
    found = read_rates(path, name, datetime.now(UTC).date())
    found.pop(tables.base_currency, None)
    return replace(
        policy,
        exchange_rates={currency: rate for currency, (_, rate) in found.items()},
        rate_dates={currency: day for currency, (day, _) in found.items()},
        rates_as_of=max((day for day, _ in found.values()), default=None),
    )


def _required_fields(tables: PolicyTables) -> tuple[str, ...]:
    named = tables.required_fields
    return Policy().required_fields if named is None else tuple(dict.fromkeys(named))


def _categories(table: CategoriesTable) -> CategoryPolicy:
    return CategoryPolicy(
        first_confirmations=table.first_confirmations,
        audit_one_in=table.audit_one_in,
        sensitive=tuple(table.sensitive),
        learn=table.learn,
        learn_not_from=tuple(table.learn_not_from),
    )


def _notes(tables: PolicyTables, policy: Policy) -> Iterator[str]:
    cumulative = tables.limits.cumulative_limit
    if cumulative is not None and cumulative < tables.auto_approve_limit:
        yield "limits.cumulative_limit: is below auto_approve_limit, which nothing can reach then"
    if tables.autonomous_limit is not None and tables.mode != "autonomous":
        yield "autonomous_limit: has no effect while mode is not autonomous"
    yield from _notes_on_approvers(tables, policy)


def _notes_on_approvers(tables: PolicyTables, policy: Policy) -> Iterator[str]:
    """Name what will wait until it expires because nobody is left to approve it."""
    limits = [person.limit for person in tables.approvers if person.limit is not None]
    if limits and len(limits) == len(tables.approvers):
        yield f"approvers: nobody may approve more than {max(limits)}, only edit or reject it"
    needed = max((len(tier.seats) for tier in tiers_of(policy)), default=1)
    if len(tables.approvers) == needed and not tables.approvals.preparers_may_approve:
        yield "approvers: what one of them imports or edits, too few others are left to approve"
