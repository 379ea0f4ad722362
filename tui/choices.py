"""A person's choices for this run, and how they are put into force."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from textual.scrollbar import ScrollBar, ScrollBarRender

from tui.config import Config
from tui.guarded_app import GuardedApp
from tui.key_table import Key
from tui.keymap import use
from tui.model.grace import GRACE_SECONDS
from tui.model.look import Look
from tui.session import Session, utc_now
from tui.session_memory import Memory
from tui.symbols import spelled
from tui.unfinished import Unfinished


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
