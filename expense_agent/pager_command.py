"""Shows a long text in the person's own pager."""

import os
import shlex
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from expense_agent.foreground import run_in_foreground

_USUAL = ("less", "more")


def pager_of(environ: Mapping[str, str]) -> list[str] | None:
    """Return the command of the pager: PAGER, else a usual one; None if there is none."""
    try:
        wanted = shlex.split(environ.get("PAGER", ""))
    except ValueError:  # a quote that does not end
        wanted = []
    found = (words for words in (wanted, *([name] for name in _USUAL)) if words)
    return next((words for words in found if shutil.which(words[0])), None)


def show_in(
    pager: list[str], text: str, is_told_to_end: Callable[[], bool] = lambda: False
) -> None:
    """Show a text until the person leaves the pager; raises OSError if it cannot be started.

    The text must be harmless already. `less` is told to run nothing on its behalf all the same.
    """
    environment = {**os.environ, "LESSSECURE": "1"}
    with _interrupts_left_to_the_pager():
        run_in_foreground(pager, text, environment, is_told_to_end)  # its exit code says nothing


@contextmanager
def _interrupts_left_to_the_pager() -> Iterator[None]:
    """Let Ctrl-C reach the pager only: in less it ends a search, not the program behind it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
