"""The person's own pager and editor, while the app stands aside."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from expense_agent.foreground import pager_of, run_in_foreground, show_in
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


_USUAL = ("nano", "vi")
_ADVICE = "# Write the note above; lines that begin with # are left out. An empty note is none."


class NoEditor(Exception):
    """No words could be written; the text says why."""


def command(environ: Mapping[str, str]) -> list[str]:
    """Return the editor to run: VISUAL, EDITOR, else a usual one; raises NoEditor."""
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError:  # a quote that does not end
            continue
        if words and shutil.which(words[0]):
            return words
    for name in _USUAL:
        if shutil.which(name):
            return [name]
    raise NoEditor("no editor is here: set EDITOR to one")


def written(app: App[Any], about: str) -> str:
    """Let the person write; give the words without comment lines; raises NoEditor.

    `about` says what it is for; it is harmless already.
    """
    words = command(os.environ)
    with tempfile.TemporaryDirectory(prefix="expense-agent-") as folder:
        path = Path(folder) / "note.txt"
        path.write_text(f"\n# {about}\n{_ADVICE}\n", encoding="utf-8")
        try:
            with app.suspend():
                code = run_in_foreground(
                    [*words, str(path)], is_told_to_end=partial(is_told_to_end, app)
                )
        except SuspendNotSupported:
            raise NoEditor("an editor cannot be opened from here: c takes a note") from None
        except OSError as error:
            raise NoEditor(f"{words[0]}: {error.strerror or error}") from error
        if code:
            raise NoEditor(f"{words[0]} ended with {code}: nothing was noted")
        return _without_comments(path.read_text(encoding="utf-8", errors="replace"))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
