"""A long text in the pager of the person's own, while the app stands aside."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from textual.app import App, SuspendNotSupported

_USUAL = ("less", "more")
_NONE = "no pager is here: set PAGER to one"


def command(environ: Mapping[str, str]) -> list[str] | None:
    """Give the pager to run: PAGER, else a usual one; None when there is none."""
    try:
        wanted = shlex.split(environ.get("PAGER", ""))
    except ValueError:  # a quote that does not end
        wanted = []
    found = (words for words in (wanted, *([name] for name in _USUAL)) if words)
    return next((words for words in found if shutil.which(words[0])), None)


def paged(app: App[None], text: str) -> str:
    """Show a text; give a sentence on what went wrong, else "".

    The text is harmless already. `less` is told to run nothing on its behalf all the same.
    """
    words = command(os.environ)
    if words is None:
        return _NONE
    environment = {**os.environ, "LESSSECURE": "1"}
    try:
        with app.suspend(), _interrupts_left_to_the_pager():
            subprocess.run(words, input=text, text=True, encoding="utf-8", env=environment)  # noqa: PLW1510, S603 - its exit code says nothing; the person chose it
    except SuspendNotSupported:
        return "a pager cannot be opened from here: `expense-agent document ID` prints it"
    except OSError as error:
        return f"{words[0]}: {error.strerror or error}"
    return ""


@contextmanager
def _interrupts_left_to_the_pager() -> Iterator[None]:
    """Let Ctrl-C reach the pager only: in less it ends a search, not the app behind it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
