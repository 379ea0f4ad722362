"""The policy and the categories in force: those named, else the store's own, else the built-in."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from expense_agent.categorizers import CATEGORIES
from expense_agent.domain.category import Category
from expense_agent.domain.policy import Policy
from expense_agent.errors import PolicyInvalid
from expense_agent.settings import Settings
from expense_agent.storage.sqlite.looking import is_there

POLICY_FILE = "policy.toml"
CATEGORIES_FILE = "categories.toml"


def policy_in_force(settings: Settings) -> Policy:
    """Return the policy of the explicit file, else of the store's, else the built-in one."""
    path = policy_path(settings)
    if path is None:
        return Policy()
    from expense_agent.policy_file import load_policy

    policy = load_policy(path)
    if problems := unknown_categories(policy, settings):
        raise PolicyInvalid(path, problems)
    return policy


def unknown_categories(policy: Policy, settings: Settings) -> list[str]:
    """Say where the policy names categories there are not: such a line would hold nothing."""
    named = tuple(policy.categories_named())
    if not named:
        return []
    known = {category.id for category in categories_in_force(settings)}
    return [
        f"{place}: there is no category {category!r}{_nearest(category, known)}"
        for place, category in named
        if category not in known
    ]


def _nearest(category: str, known: Collection[str]) -> str:
    near = get_close_matches(category, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else "; `categories` lists them"


def policy_path(settings: Settings) -> Path | None:
    """Return the policy file in force; None for the built-in policy."""
    return settings.policy or _in_store(settings, POLICY_FILE)


def _in_store(settings: Settings, name: str) -> Path | None:
    """Return a file of the store; None: there is none."""
    return settings.store / name if is_there(settings.store, name) else None


def categories_in_force(settings: Settings) -> tuple[Category, ...]:
    """Return the categories of the explicit file, else of the store's, else the built-in ones."""
    path = settings.categories or _in_store(settings, CATEGORIES_FILE)
    if path is None:
        return CATEGORIES
    from expense_agent.categorizers.category_file import load_categories

    return load_categories(path)
