"""The environment of a process: variables, and the home folder."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from expense_agent.errors import UsageProblem


def variable(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the value of a variable; an empty one counts as unset."""
    value = environ.get(name, "")
    return value if value.strip() else None


def forget_empty() -> None:
    """Unset the variables that are empty, for this program and the libraries it uses."""
    for name in [name for name in os.environ if variable(name) is None]:
        del os.environ[name]


def own_folder(find: Callable[[str], Path]) -> Path:
    """Return the folder that platformdirs finds for this program; raises UsageProblem."""
    try:
        return find("expense-agent").expanduser()
    except RuntimeError:
        raise UsageProblem("there is no home folder: set HOME, or name --store DIR") from None


def at_home(path: str | Path) -> Path:
    """Return the path with ~ replaced; raises UsageProblem where nobody lives."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise UsageProblem(f"{path}: there is no such home folder; name the whole path") from None
