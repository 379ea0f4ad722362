"""A policy with some keys changed, as `policy try KEY=VALUE...` writes them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expense_agent.domain.policy import Policy
from expense_agent.errors import PolicyInvalid, UsageProblem
from expense_agent.named_file import parse_toml
from expense_agent.policy_file import content_of, policy_of

_DEEPEST = 4
"""Dots in a key; a real one has one or two."""


def policy_with(path: Path | None, changes: Sequence[str]) -> tuple[Policy, dict[str, Any]]:
    """Return the policy of a file with changes ("auto_approve_limit=750") and what was changed.

    A value is text where the key takes text or money, else as TOML writes it.
    """
    content = content_of(path) if path else {}
    changed: dict[str, Any] = {}
    where = path or Path("the built-in policy")
    policy = policy_of(content, where)
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key.strip() or key.count(".") > _DEEPEST:
            raise UsageProblem(f"{change!r} is not KEY=VALUE, such as auto_approve_limit=750")
        changed[key.strip()] = {"now": _found(content, key.strip()), "tried": value}
        content, policy = _changed(content, key.strip().split("."), value, where)
    return policy, changed


def _changed(
    content: Mapping[str, Any], key: list[str], value: str, path: Path
) -> tuple[dict[str, Any], Policy]:
    """Take the reading of a value that its key accepts: text first, since money is text."""
    refusal: PolicyInvalid | None = None
    for reading in (value, *_as_toml(value)):
        attempt = _put(content, key, reading)
        try:
            return attempt, policy_of(attempt, path)
        except PolicyInvalid as invalid:
            refusal = refusal or invalid
    assert refusal is not None
    raise refusal


def _as_toml(value: str) -> list[Any]:
    try:
        return [parse_toml(f"value = {value}")["value"]]
    except ValueError:
        return []


def _put(content: Mapping[str, Any], key: list[str], value: Any) -> dict[str, Any]:
    if len(key) == 1:
        return {**content, key[0]: value}
    inner = content.get(key[0], {})
    return {**content, key[0]: _put(inner if isinstance(inner, dict) else {}, key[1:], value)}


def _found(content: Mapping[str, Any], key: str) -> Any:
    value: Any = content
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
