"""What a typed path means, and how it could go on. Looks at the disk: never on the UI loop."""

import glob
import os
from pathlib import Path

MOST_SHOWN = 200


def completions(typed: str) -> list[str]:
    """Give what the last part of a path may become, folders first; hidden names only if asked."""
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
    """Give the files and folders a person means; () when there are none. `*` is understood."""
    path = Path(typed).expanduser()
    if path.exists():
        return (path,)
    return tuple(Path(found) for found in sorted(glob.glob(str(path))))  # noqa: PTH207 - absolute ones, too


def last_part(path: str) -> str:
    """Give the name a path ends with, of a folder with its slash."""
    return path[len(os.path.dirname(path.rstrip(os.sep))) :].lstrip(os.sep) or path  # noqa: PTH120 - of text, not of a path


def common(paths: list[str], typed: str) -> str:
    """Give how far a path can be completed without choosing."""
    first, last = (min(paths), max(paths)) if paths else (typed, typed)
    same = (one for one, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    shared = first[: next(same, min(len(first), len(last)))]
    return shared if len(shared) > len(typed) else typed
