"""The meaning of a typed path, and its continuations. Looks at the disk: never on the UI loop."""

import glob
import os
import shlex
from pathlib import Path

MOST_SHOWN = 200


def completions(typed: str) -> list[str]:
    """Return what the last path may become, folders first; hidden names only if asked."""
    before, space, last = typed.rpartition(" ")
    whole = _completions(typed)
    if whole or not (space and chosen(before)):
        return whole
    return [f"{before} {shlex.quote(path)}" for path in _completions(last)]


def _completions(typed: str) -> list[str]:
    head, tail = os.path.split(typed)
    folder = Path(head or ".").expanduser()
    try:
        with os.scandir(folder) as entries:
            names = [(not entry.is_dir(), entry.name) for entry in entries]
    except OSError:
        return []
    wanted = tail.casefold()
    fitting = sorted(
        (is_file, name)
        for is_file, name in names
        if name.casefold().startswith(wanted) and (tail or not name.startswith("."))
    )
    shown = fitting[:MOST_SHOWN]
    return [os.path.join(head, name) + ("" if is_file else os.sep) for is_file, name in shown]  # noqa: PTH118 - what was typed stays as typed


def chosen(typed: str) -> tuple[Path, ...]:
    """Return the files and folders a person means; () when any of them is not there.

    `*` is understood. What is no path as a whole is several, as a shell would read them.
    """
    if whole := _found(typed):
        return whole
    found = [_found(word) for word in _words(typed)]
    return tuple(dict.fromkeys(path for paths in found for path in paths)) if all(found) else ()


def missing(typed: str) -> str:
    """Return the first of the paths that is not there."""
    return next((word for word in _words(typed) if not _found(word)), typed)


def _words(typed: str) -> list[str]:
    try:
        return shlex.split(typed)
    except ValueError:  # a quotation mark that does not end is part of a name
        return [typed]


def _found(typed: str) -> tuple[Path, ...]:
    path = Path(typed).expanduser()
    if path.exists():
        return (path,)
    return tuple(Path(found) for found in sorted(glob.glob(str(path))))  # noqa: PTH207 - absolute ones, too


def last_part(path: str) -> str:
    """Return the name a path ends with, of a folder with its slash."""
    return path[len(os.path.dirname(path.rstrip(os.sep))) :].lstrip(os.sep) or path  # noqa: PTH120 - of text, not of a path


def common(paths: list[str], typed: str) -> str:
    """Return how far a path can be completed without choosing."""
    first, last = (min(paths), max(paths)) if paths else (typed, typed)
    same = (one for one, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    shared = first[: next(same, min(len(first), len(last)))]
    return shared if len(shared) > len(typed) else typed
