"""A person's choices: the own file, what the last session left, and how both come into force.

Nothing of an invoice is in it but the key of the row under the cursor; no mark, no decision. A file
that cannot be read or written is no reason to tell anybody: the queue begins as it always does.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding
from textual.scrollbar import ScrollBar, ScrollBarRender

from expense_agent.named_file import read_text
from expense_agent.service import GROUP_KEYS, SORT_KEYS
from expense_agent.settings import read_preferences, state_folder
from expense_agent.views import VIEWS, View, view_named, views_of
from tui.guarded_app import GuardedApp
from tui.key_table import KEYS, Key
from tui.keymap import clashes, shown, use
from tui.model.grace import GRACE_SECONDS
from tui.model.inbox import Inbox
from tui.model.look import Look
from tui.session import Session, utc_now
from tui.symbols import spelled
from tui.unfinished import Unfinished

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
    parts = [part.strip() for part in chosen[key.id].split(",")]
    bound = Binding.make_bindings([Binding(part, "") for part in parts if part])
    names = ",".join(binding.key for binding in bound)  # "/" is there what Textual calls it
    return replace(key, keys=names, shown=shown(names))


MOST_BYTES = 10_000_000
MOST_STORES = 50
"""Stores remembered; the one used longest ago is forgotten first."""


class Memory:
    """The memory of one store, in a file of mode 0600 that all stores of a person share."""

    def __init__(self, store: Path, file: Path | None = None) -> None:
        self._store = str(store.resolve())
        self._file = file or state_folder() / "sessions.json"

    def recall(self, inbox: Inbox, views: Sequence[View]) -> None:
        """Look at the queue as it was looked at last."""
        kept = self._read().get(self._store)
        if not isinstance(kept, dict):
            return
        with suppress(KeyError, TypeError, ValueError):
            look = _look(kept, views)
            folds = {(by, name): bool(fold) for by, name, fold in kept["folds"]}
            inbox.cursor = int(kept["cursor"]) if kept["cursor"] is not None else None
            inbox.look, inbox.folds = look, folds

    def keep(self, inbox: Inbox) -> None:
        """Remember how the queue is looked at now."""
        if not inbox.loaded:
            return
        look = inbox.look
        cursor = inbox.cursor if inbox.cursor is not None and inbox.cursor > 0 else None
        stores = self._read()
        stores.pop(self._store, None)
        stores[self._store] = {
            "view": look.view.name,
            "filter": look.filter,
            "sort": look.sort,
            "group": look.group,
            "folds": [[by, name, fold] for (by, name), fold in inbox.folds.items()],
            "cursor": cursor,
        }
        self._write(dict(list(stores.items())[-MOST_STORES:]))

    def _read(self) -> dict[str, Any]:
        try:
            read = json.loads(read_text(self._file, MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    def _write(self, stores: dict[str, Any]) -> None:
        """Replace the file whole, so that two apps that end together leave one of both."""
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(stores, file)
            fresh.replace(self._file)


def _look(kept: dict[str, Any], views: Sequence[View]) -> Look:
    """Return the look that was kept; raises ValueError if it is none (any more)."""
    view = view_named(kept["view"], views)
    if view is None or kept["sort"] not in SORT_KEYS or kept["group"] not in GROUP_KEYS:
        raise ValueError
    look = Look(view, str(kept["filter"]), kept["sort"], kept["group"])
    look.query(datetime.now(UTC))  # a FilterError is a ValueError
    return look


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of the launcher and the tests."""

    read_only: bool = False
    ascii_only: bool = False
    grace_seconds: float = GRACE_SECONDS
    look: Look = field(default_factory=Look)
    """How the queue is looked at first, unless the memory knows better."""
    config: Config = field(default_factory=Config)
    memory: Memory | None = None
    unfinished: Unfinished | None = None
    now: Callable[[], datetime] = utc_now
    ticks: Callable[[], float] = time.monotonic


class _AsciiBar(ScrollBarRender):
    """A scroll bar whose ends are whole cells: no block elements."""

    VERTICAL_BARS: ClassVar = [" "] * 8
    HORIZONTAL_BARS: ClassVar = VERTICAL_BARS


def put_into_force(app: GuardedApp, session: Session, choices: Choices) -> None:
    """Set theme, keys and views; what is wrong in the person's file is the first thing told."""
    config = choices.config
    problems = list(config.problems)
    if config.theme in app.available_themes:
        app.theme = config.theme
    else:
        names = ", ".join(sorted(app.available_themes))
        problems.append(f"no theme {config.theme!r}; there are {names}")
    app.plain_symbols = choices.ascii_only
    ScrollBar.renderer = _AsciiBar if choices.ascii_only else ScrollBarRender
    app.set_keymap(use(_spelled(config.keys) if choices.ascii_only else config.keys))
    session.views = config.views
    session.inbox.look = choices.look
    session.inbox.status.tell("; ".join(problems))
    if choices.memory:
        choices.memory.recall(session.inbox, session.views)


def _spelled(keys: Iterable[Key]) -> list[Key]:
    return [replace(key, shown=spelled(key.shown)) for key in keys]
