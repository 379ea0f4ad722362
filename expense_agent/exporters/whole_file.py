"""Writes a file for people outside: whole or not at all, for its owner only, and over nothing."""

import os
from pathlib import Path

from expense_agent.errors import UsageProblem


def write_whole(output: Path, content: bytes, *, replaces: bytes | None = None) -> None:
    """Write a new file; one that is there is replaced only if it begins with `replaces`.

    Raises UsageProblem, which says why not.
    """
    if output.exists() and not (replaces and _begins(output, replaces)):
        raise UsageProblem(f"{output} exists: choose another name")
    draft = output.with_name(f".{output.name}.{os.getpid()}.draft")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageProblem(f"{output} cannot be written: {error.strerror}") from error


def _begins(path: Path, with_what: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(with_what)) == with_what
