"""A person's own file: which theme, which keys, which views. What is wrong in it is told.

It is the person's, not the store's: `config.toml` in the platform's configuration folder, or what
`--config` or the environment names. It is read before the first frame, so this imports little.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

CONFIG_VARIABLE = "EXPENSE_AGENT_CONFIG"
SECTIONS = ("theme", "keys", "views")


def preferences_file(named: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file of this person, whether it is there or not."""
    path = named or environ.get(CONFIG_VARIABLE)
    return Path(path).expanduser() if path else user_config_path("expense-agent") / "config.toml"


def read_preferences(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read the file; give its sections and what is wrong. No file is an empty one."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"cannot be read: {error}"]
    import tomllib  # noqa: PLC0415 - most people have no file

    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [f"cannot be read: {error}"]
    unknown = [name for name in read if name not in SECTIONS]
    known = {name: value for name, value in read.items() if name in SECTIONS}
    return known, [f"no section {name!r}; there are {', '.join(SECTIONS)}" for name in unknown]
