"""Every knob of a session in one place: arguments, environment, and a person's own file.

It is the person's, not the store's: `config.toml` in the platform's configuration folder, or what
`--config` or the environment names. It is read before the first frame, so this imports little.
"""

import getpass
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path, user_state_path

from expense_agent.arguments import why_not_text
from expense_agent.domain.invisible_chars import UNSAFE
from expense_agent.environment import at_home, own_folder, variable
from expense_agent.errors import StoreUnusable, UsageProblem

STORE_VARIABLE = "EXPENSE_AGENT_STORE"
POLICY_VARIABLE = "EXPENSE_AGENT_POLICY"
APPROVER_VARIABLE = "EXPENSE_AGENT_APPROVER"
CATEGORIES_VARIABLE = "EXPENSE_AGENT_CATEGORIES"
FORCE_VARIABLE = "EXPENSE_AGENT_FORCE_STORE"
STATE_VARIABLE = "EXPENSE_AGENT_STATE"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the store is, which policy holds, and who is acting."""

    store: Path
    """Folder of ledger.db and checkpoints.db; made with mode 0700 when missing."""
    approver: str
    """The acting person. Taken on trust: it proves nothing the operating system does not."""
    policy: Path | None = None
    """An explicit policy file; None: policy.toml in the store, else the built-in policy."""
    categories: Path | None = None
    """An explicit file of categories; None: categories.toml in the store, else the built-in."""
    memory: Path | None = None
    """Folder in which this user remembers what was seen of ledgers; None: nowhere."""
    busy_seconds: float = 10.0
    """How long to wait for another process's write lock before giving up."""
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
    """Combine command line over environment over defaults; raises StoreUnusable for a URL.

    Raises UsageProblem for what names no home folder and nobody who could be recorded.
    """
    folder = store or variable(STORE_VARIABLE, environ)
    policy_file = policy or variable(POLICY_VARIABLE, environ)
    categories_file = categories or variable(CATEGORIES_VARIABLE, environ)
    return Settings(
        store=_reachable(folder_of(folder) if folder else own_folder(user_data_path)),
        approver=_storable(approver or variable(APPROVER_VARIABLE, environ) or _login()),
        policy=at_home(policy_file) if policy_file else None,
        categories=at_home(categories_file) if categories_file else None,
        memory=_memory(environ),
        force_store=variable(FORCE_VARIABLE, environ) == "1",
    )


def folder_of(url: str) -> Path:
    """Return the folder of a store: a path, also behind `sqlite://`; raises StoreUnusable."""
    scheme, is_url, path = url.rpartition("://")
    if is_url and (scheme != "sqlite" or not path):
        shown = f"{scheme.partition('://')[0]}://…"  # the rest may hold a password
        raise StoreUnusable(shown, "this version keeps a store in a folder only")
    return at_home(path)


def _reachable(store: Path) -> Path:
    """Return a folder that may be there, or may be made; raises StoreUnusable."""
    try:
        store.stat()
    except (FileNotFoundError, NotADirectoryError):
        return store  # whoever makes or opens it says what is wrong
    except OSError as error:
        raise StoreUnusable(store, error.strerror or str(error)) from error
    return store


def _storable(approver: str) -> str:
    unseen = "has characters that nobody sees" if UNSAFE.search(approver) else None
    if problem := why_not_text(approver) or unseen:
        raise UsageProblem(f"the name of who is acting {problem}")
    return approver


def _memory(environ: Mapping[str, str]) -> Path | None:
    """Return where what was seen of ledgers is remembered; who has no home remembers nothing."""
    try:
        return state_folder(environ) / "ledgers"
    except UsageProblem:
        return None


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's own folder for what is remembered from one run to the next."""
    named = variable(STATE_VARIABLE, environ)
    return at_home(named) if named else own_folder(user_state_path)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid {os.getuid()}"


CONFIG_VARIABLE = "EXPENSE_AGENT_CONFIG"
SECTIONS = ("theme", "keys", "views")


def preferences_file(named: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of this person, whether it is there or not."""
    if path := named or variable(CONFIG_VARIABLE, environ):
        return at_home(path)
    with suppress(UsageProblem):  # who has no home has no choices of their own
        return own_folder(user_config_path) / "config.toml"
    return Path("/nowhere/config.toml")


def read_preferences(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read the file; give its sections and what is wrong. No file is an empty one."""
    from expense_agent.named_file import read_toml  # noqa: PLC0415 - after the first frame

    try:
        read = read_toml(path)
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError) as error:
        return {}, [f"cannot be read: {error}"]
    unknown = [name for name in read if name not in SECTIONS]
    known = {name: value for name, value in read.items() if name in SECTIONS}
    return known, [f"no section {name!r}; there are {', '.join(SECTIONS)}" for name in unknown]
