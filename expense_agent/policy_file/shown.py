"""A Policy as plain data, as the text of a policy.toml, and as the short hash of its meaning."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from expense_agent.domain.invisible_chars import UNSAFE
from expense_agent.domain.invoice import canonical_json
from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import BUILT_IN_SEVERITY, Policy
from expense_agent.domain.tiers import Tier

_TABLES = (
    "holds",
    "limits",
    "confirm",
    "categories",
    "llm",
    "approvals",
    "exchange_rates",
    "debtor",
    "reminders",
)
_DATES = ("as_of", "locked_until", "first_day", "last_day")
_LISTS = ("budgets", "approvers", "tiers", "delegations")


def policy_to_plain(policy: Policy) -> dict[str, Any]:
    """Return the keys of policy.toml, defaults filled in, and `version`; money as decimal strings.

    `holds` has the severity in force for every rule, whatever it comes from.
    """
    return {
        "version": policy.version,
        "base_currency": policy.base_currency,
        "auto_approve_limit": _money(policy.auto_approve_limit, policy),
        "mode": policy.mode,
        "autonomous_limit": _money(policy.autonomous_limit, policy),
        "request_ttl_hours": policy.request_ttl_hours,
        "required_fields": list(policy.required_fields),
        "confidence_threshold": policy.confidence_threshold,
        "default_term_days": policy.default_term_days,
        "locked_until": policy.locked_until.isoformat() if policy.locked_until else None,
        "limits": {
            "window_days": policy.limits.window_days,
            "cumulative_limit": _money(policy.limits.cumulative_limit, policy),
            "near_percent": policy.limits.near_percent,
        },
        "confirm": {
            "page_above": _money(policy.confirm.page_above, policy),
            "amount_above": _money(policy.confirm.amount_above, policy),
            "count_above": policy.confirm.count_above,
            "sum_above": _money(policy.confirm.sum_above, policy),
        },
        "budgets": [
            {"category": b.category, "period": b.period, "amount": _money(b.amount, policy)}
            for b in policy.budgets
        ],
        "holds": {rule: policy.severity(rule) for rule in BUILT_IN_SEVERITY},
        "categories": {
            "learn": policy.categories.learn,
            "learn_not_from": list(policy.categories.learn_not_from),
            "first_confirmations": policy.categories.first_confirmations,
            "audit_one_in": policy.categories.audit_one_in,
            "sensitive": list(policy.categories.sensitive),
        },
        "llm": asdict(policy.language_model) if policy.language_model else None,
        "approvals": {
            "second_above": _money(policy.second_above, policy),
            "parallel_above": _money(policy.parallel_above, policy),
            "preparers_may_approve": policy.preparers_may_approve,
            "importers_may_edit": policy.importers_may_edit,
            "approval_valid_hours": policy.approval_valid_hours,
        },
        "exchange_rates": {
            "as_of": policy.rates_as_of.isoformat() if policy.rates_as_of else None,
            **{code: plain(rate.normalize()) for code, rate in policy.exchange_rates.items()},
        },
        "debtor": asdict(policy.debtor) if policy.debtor else None,
        "reminders": asdict(policy.reminders) if policy.reminders else None,
        **_people(policy),
    }


def policy_to_toml(policy: Policy) -> str:
    """Write the policy in force as the policy.toml that says the same."""
    content = policy_to_plain(policy)
    header = f"# version {content.pop('version')}"
    lists = {key: content.pop(key) for key in _LISTS}
    tables = {key: content.pop(key) or {} for key in _TABLES}
    parts = [header, *_pairs(content)]
    for name, table in ((name, table) for name, table in tables.items() if table):
        parts += ["", f"[{name}]", *_pairs(table)]
    for name, items in lists.items():
        for item in items:
            parts += ["", f"[[{name}]]", *_pairs(item)]
    return "\n".join(map(_harmless, parts)) + "\n"


def version_of(policy: Policy) -> str:
    """Hash what the policy means (12 hex): comments, order and notation do not count."""
    meaning = policy_to_plain(policy)
    # Who pays decides nothing, nor does who may guess (an answer only ever brings a person in) or
    # where a person is asked to look twice.
    for key in ("version", "debtor", "reminders", "llm", "confirm"):
        del meaning[key]
    meaning["approvers"].sort(key=lambda person: person["name"])
    meaning["required_fields"].sort()
    meaning["budgets"].sort(key=lambda budget: budget["category"])
    meaning["categories"]["sensitive"].sort()
    meaning["categories"]["learn_not_from"].sort()
    return hashlib.sha256(canonical_json(meaning).encode()).hexdigest()[:12]


def _people(policy: Policy) -> dict[str, Any]:
    return {
        "approvers": [
            {
                "name": person.name,
                "limit": person.limit and plain(person.limit.rounded().amount),
                "roles": list(person.roles),
            }
            for person in policy.approvers
        ],
        "tiers": [_tier(tier, policy) for tier in policy.tiers],
        "delegations": [
            {
                "from": lent.principal,
                "to": lent.delegate,
                "first_day": lent.first_day.isoformat(),
                "last_day": lent.last_day.isoformat(),
                "cap": lent.cap and plain(lent.cap.rounded().amount),
            }
            for lent in policy.delegations
        ],
    }


def _tier(tier: Tier, policy: Policy) -> dict[str, Any]:
    named = [seat.partition(":") for seat in tier.seats if seat]
    return {
        "name": tier.name,
        "above": _money(tier.above, policy),
        "categories": list(tier.categories),
        "cost_centres": list(tier.cost_centres),
        "suppliers": list(tier.suppliers),
        "people": len(tier.seats),
        "roles": [name for kind, _, name in named if kind == "role"],
        "approvers": [name for kind, _, name in named if kind == "name"],
        "order": "parallel" if tier.parallel else "sequential",
        "request_ttl_hours": tier.request_ttl_hours,
    }


def _harmless(line: str) -> str:
    """Write what hides, or what a terminal obeys, as TOML writes it in letters."""
    return UNSAFE.sub(lambda found: f"\\U{ord(found[0]):08X}", line)


def _money(amount: Decimal | None, policy: Policy) -> str | None:
    return None if amount is None else plain(Money(amount, policy.base_currency).rounded().amount)


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    """Write `key = value` lines; a date stands without quotes, what is None is left out."""
    for key, value in table.items():
        if value is not None and value != []:
            bare = key in _DATES
            yield f"{key} = {value if bare else json.dumps(value, ensure_ascii=False)}"
