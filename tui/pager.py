"""Shows a long text in the person's own pager, while the app stands aside."""

import os
from functools import partial
from typing import Any

from textual.app import App, SuspendNotSupported

from expense_agent.pager_command import pager_of, show_in
from tui.guarded_app import is_told_to_end

_NONE = "no pager is here: set PAGER to one"


def paged(app: App[Any], text: str) -> str:
    """Show a text; return a sentence on what went wrong, else ""."""
    pager = pager_of(os.environ)
    if pager is None:
        return _NONE
    try:
        with app.suspend():
            show_in(pager, text, partial(is_told_to_end, app))
    except SuspendNotSupported:
        return "a pager cannot be opened from here: `expense-agent document ID` prints it"
    except OSError as error:
        return f"{pager[0]}: {error.strerror or error}"
    return ""
