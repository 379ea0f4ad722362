"""Every knob of a session in one place: arguments and environment become one frozen value."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from expense_agent.errors import StoreUnusable

STORE_VARIABLE = "EXPENSE_AGENT_STORE"
POLICY_VARIABLE = "EXPENSE_AGENT_POLICY"
APPROVER_VARIABLE = "EXPENSE_AGENT_APPROVER"
CATEGORIES_VARIABLE = "EXPENSE_AGENT_CATEGORIES"
FORCE_VARIABLE = "EXPENSE_AGENT_FORCE_STORE"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the store is, which policy holds, and who is acting."""

    store: Path
    """Folder of ledger.db and checkpoints.db; made with mode 0700 when missing."""
    approver: str
    """Who is acting. Taken on trust: it proves nothing the operating system does not."""
    policy: Path | None = None
    """An explicit policy file; None: policy.toml in the store, else the built-in policy."""
    categories: Path | None = None
    """An explicit file of categories; None: categories.toml in the store, else the built-in."""
    busy_seconds: float = 10.0
    """How long to wait for another process's write lock before giving up."""
    claim_seconds: float = 60.0
    """How long a run may hold a thread before others may take it over."""
    upkeep_seconds: float = 60.0
    """How often an open session recovers what was cut off and closes what has expired."""
    force_store: bool = False
    """Whether the store may lie on a network file system."""
    at_once: int = 8
    """Invoices resumed at the same time; more only wait for the same disk."""
    chunk: int = 50
    """Invoices of an import that share one commit: the most that a kill makes run again."""


def settings_from(
    store: str | None,
    policy: str | None,
    approver: str | None,
    environ: Mapping[str, str] = os.environ,
    categories: str | None = None,
) -> Settings:
    """Combine command line over environment over defaults; raises StoreUnusable for a URL."""
    folder = store or environ.get(STORE_VARIABLE)
    if folder and "://" in folder:
        scheme = folder.partition("://")[0]  # the rest may hold a password
        raise StoreUnusable(f"{scheme}://…", "this version keeps a store in a folder only")
    policy_file = policy or environ.get(POLICY_VARIABLE)
    categories_file = categories or environ.get(CATEGORIES_VARIABLE)
    return Settings(
        store=Path(folder).expanduser() if folder else user_data_path("expense-agent"),
        approver=approver or environ.get(APPROVER_VARIABLE) or _login(),
        policy=Path(policy_file).expanduser() if policy_file else None,
        categories=Path(categories_file).expanduser() if categories_file else None,
        force_store=environ.get(FORCE_VARIABLE) == "1",
    )


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid {os.getuid()}"
