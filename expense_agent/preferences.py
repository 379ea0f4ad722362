"""A person's own file: which theme, which keys, which views. What is wrong in it is told.

It is the person's, not the store's: `config.toml` in the platform's configuration folder, or what
`--config` or the environment names. The views in it hold for commands, too.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from expense_agent.queue_filter import FilterError
from expense_agent.queue_views import VIEWS, View
from expense_agent.service import GROUP_KEYS, SORT_KEYS

CONFIG_VARIABLE = "EXPENSE_AGENT_CONFIG"
SECTIONS = ("theme", "keys", "views")
_FIELDS = ("name", "title", "filter", "sort", "group")
_RESERVED = {view.name for view in VIEWS} | {"open", "confirm", "steps", "stalled"}


def preferences_file(named: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file of this person, whether it is there or not."""
    path = named or environ.get(CONFIG_VARIABLE)
    return Path(path).expanduser() if path else user_config_path("expense-agent") / "config.toml"


def read_preferences(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read the file; give its sections and what is wrong. No file is an empty one."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [f"cannot be read: {error}"]
    unknown = [name for name in read if name not in SECTIONS]
    known = {name: value for name, value in read.items() if name in SECTIONS}
    return known, [f"no section {name!r}; there are {', '.join(SECTIONS)}" for name in unknown]


def views_of(preferences: Mapping[str, Any]) -> tuple[tuple[View, ...], list[str]]:
    """Give the views of a file after those that everybody has, and what is wrong with it."""
    found: dict[str, View] = {}
    problems: list[str] = []
    entries = preferences.get("views", [])
    if not isinstance(entries, list):
        return VIEWS, ["views: write each as [[views]]"]
    for number, entry in enumerate(entries, 1):
        problem = _problem(entry, found)
        if problem:
            problems.append(f"view {number}: {problem}")
            continue
        view = View(**{"title": entry["name"].capitalize(), **entry})
        found[view.name] = view
    return (*VIEWS, *found.values()), problems


def _problem(entry: object, found: Mapping[str, View]) -> str | None:
    """Say what is wrong with one entry, or None."""
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        return "write name, filter, sort and group as text"
    if unknown := [name for name in entry if name not in _FIELDS]:
        return f"no field {unknown[0]!r}; there are {', '.join(_FIELDS)}"
    name = entry.get("name", "")
    if not name or name in _RESERVED or name in found:
        return f"the name {name!r} is taken" if name else "it needs a name"
    for field, choices in (("sort", SORT_KEYS), ("group", GROUP_KEYS)):
        if entry.get(field, choices[0]) not in choices:
            return f"{field} is one of {', '.join(choices)}"
    try:
        View(name, name, entry.get("filter", "")).query(datetime.now(UTC))
    except FilterError as error:
        return str(error)
    return None
