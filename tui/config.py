"""A person's choices for the terminal: theme, keys and views, with all mistakes named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from expense_agent.preferences import read_preferences
from expense_agent.views.own import views_of
from expense_agent.views.saved import VIEWS, View
from tui.key_table import KEYS, Key
from tui.keymap import clashes, shown

DEFAULT_THEME = "textual-dark"


@dataclass(frozen=True, slots=True)
class Config:
    """The choices in force. Where a part of the file is wrong, that part has its defaults."""

    theme: str = DEFAULT_THEME
    keys: tuple[Key, ...] = KEYS
    views: tuple[View, ...] = VIEWS
    problems: tuple[str, ...] = ()
    """The mistakes in the file, each in a sentence."""


def read_config(path: Path) -> Config:
    """Read a person's file."""
    preferences, problems = read_preferences(path)
    views, wrong_views = views_of(preferences)
    keys, wrong_keys = _keys(preferences.get("keys", {}))
    theme = preferences.get("theme", DEFAULT_THEME)
    if not isinstance(theme, str):
        theme, problems = DEFAULT_THEME, [*problems, "theme: write its name as text"]
    said = [*problems, *wrong_views, *wrong_keys]
    return Config(theme, keys, views, tuple(f"{path.name}: {problem}" for problem in said))


def _keys(chosen: Any) -> tuple[tuple[Key, ...], list[str]]:
    """Return the table with the chosen keys, or the usual one and what is wrong."""
    if not isinstance(chosen, dict) or not all(isinstance(v, str) for v in chosen.values()):
        return KEYS, ['keys: write "queue.filter" = "slash"']
    known = {key.id for key in KEYS}
    problems = [f"keys: there is no {name!r}" for name in chosen if name not in known]
    problems += [
        f"keys: {name}: {text!r} names no key" for name, text in chosen.items() if not _named(text)
    ]
    table = tuple(_changed(key, chosen) for key in KEYS)
    problems += [f"keys: {clash}" for clash in clashes(table)] if not problems else []
    if problems:
        return KEYS, [*problems, "the usual keys are in force"]
    return table, []


def _named(text: str) -> bool:
    return all(part.strip() for part in text.split(","))


def _changed(key: Key, chosen: Mapping[str, str]) -> Key:
    if key.id not in chosen:
        return key
    names = ",".join(part.strip() for part in chosen[key.id].split(","))
    return replace(key, keys=names, shown=shown(names))
