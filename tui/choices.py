"""Puts a person's choices into force on an app: themes, keys, and a word about what was wrong."""

from textual.app import App

from tui.config import DEFAULT_THEME, Config
from tui.keymap import use
from tui.themes import THEMES


def put_into_force(app: App[None], config: Config) -> str:
    """Set theme and keys; give what is to be told about the file, "" for nothing."""
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
    return "; ".join(problems)
