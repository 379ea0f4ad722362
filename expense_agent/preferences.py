"""A person's own file: which theme, which keys, which views. What is wrong in it is told.

It is the person's, not the store's: `config.toml` in the platform's configuration folder, or what
`--config` or the environment names. It is read before the first frame, so this imports little.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from expense_agent.environment import at_home, own_folder, variable
from expense_agent.errors import UsageProblem

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
    from expense_agent.toml_file import read_toml  # noqa: PLC0415 - after the first frame

    try:
        read = read_toml(path)
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError) as error:
        return {}, [f"cannot be read: {error}"]
    unknown = [name for name in read if name not in SECTIONS]
    known = {name: value for name, value in read.items() if name in SECTIONS}
    return known, [f"no section {name!r}; there are {', '.join(SECTIONS)}" for name in unknown]
