"""Puts a person's choices into force: themes, keys, views, and how a store was looked at last."""

from textual.app import App

from tui.config import DEFAULT_THEME, Config
from tui.keymap import use
from tui.memory import Memory
from tui.session import Session
from tui.themes import THEMES


def put_into_force(app: App[None], session: Session, config: Config, memory: Memory | None) -> None:
    """Set theme, keys and views; what is wrong in the person's file is the first thing told."""
    for theme in THEMES:
        app.register_theme(theme)
    problems = list(config.problems)
    if config.theme in app.available_themes:
        if config.theme != DEFAULT_THEME:
            app.theme = config.theme
    else:
        names = ", ".join(sorted(app.available_themes))
        problems.append(f"no theme {config.theme!r}; there are {names}")
    app.set_keymap(use(config.keys))
    session.views = config.views
    session.inbox.said = "; ".join(problems)
    if memory:
        memory.recall(session.inbox, session.views)
