"""Runs a program of the person's own in the foreground: a pager or an editor."""

import subprocess
from collections.abc import Callable, Mapping, Sequence

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
