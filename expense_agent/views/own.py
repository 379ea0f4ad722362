"""The views a person has written into their own file. They hold for commands, too."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from expense_agent.service import GROUP_KEYS, SORT_KEYS
from expense_agent.views.filtering import FilterError
from expense_agent.views.saved import VIEWS, View

_FIELDS = ("name", "title", "filter", "sort", "group")
_RESERVED = {view.name for view in VIEWS} | {"open", "confirm", "steps", "stalled"}


def views_of(preferences: Mapping[str, Any]) -> tuple[tuple[View, ...], list[str]]:
    """Return the views of a file after those that everybody has, and what is wrong with it."""
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
