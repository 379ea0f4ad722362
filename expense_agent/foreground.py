"""Runs a program of the person's own in the foreground: a pager or an editor."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

LOOK_SECONDS = 0.2
"""How often it is looked whether we were told to end."""


def run_in_foreground(
    words: Sequence[str],
    text: str | None = None,
    environ: Mapping[str, str] | None = None,
    is_told_to_end: Callable[[], bool] = lambda: False,
) -> int:
    """Run a program to its end, with a text to read if there is one; return its exit code.

    Told to end meanwhile, we end it first, so that it can leave the terminal in order.
    """
    reads = subprocess.PIPE if text is not None else None
    with subprocess.Popen(  # noqa: S603 - the person chose it
        words, stdin=reads, text=True, encoding="utf-8", env=environ
    ) as program:
        while True:
            try:
                program.communicate(text, timeout=LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                text = None  # it is being read
                if is_told_to_end():
                    program.terminate()
            else:
                return program.returncode


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
