"""Writes a file for people outside: whole or not at all, for its owner only, and over nothing.

Only a regular file can be that. A pipe, a socket or a device is refused: half of a payment file
may be gone into it before anybody knows, and nothing here ever waits for somebody to read.
"""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from expense_agent.errors import CannotWrite, UsageProblem

Replaceable = Callable[[BinaryIO], bool]
"""Whether a file that is there may be replaced."""


def begins(with_what: bytes) -> Replaceable:
    """Let a file be replaced that begins so: we have written it."""
    return lambda file: file.read(len(with_what)) == with_what


def equals(content: bytes) -> Replaceable:
    """Let a file be replaced that says the same already."""
    return lambda file: file.read(len(content) + 1) == content


def nothing(_file: BinaryIO) -> bool:
    """Let no file be replaced."""
    return False


def refuse_target(output: Path, replaces: Replaceable = nothing) -> None:
    """Refuse a name under which no new file can be written; raises UsageProblem."""
    try:
        there = _kind(output)
        if there is None:
            _refuse_folder(output)
        elif not stat.S_ISREG(there):
            raise UsageProblem(
                f"{output} is {_NAMES.get(stat.S_IFMT(there), 'no file')}: {_ADVICE}"
            )
        elif not _may_be_replaced(output, replaces):
            raise UsageProblem(f"{output} exists: choose another name")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageProblem(f"{output} cannot be written: {reason}") from error


def write_whole(output: Path, content: bytes, replaces: Replaceable = nothing) -> None:
    """Write a file under another name first, on the disk, then under its own.

    Raises UsageProblem as `refuse_target`, and CannotWrite when the disk does not take it.
    """
    with whole_file(output, replaces) as file:
        file.write(content)


@contextmanager
def whole_file(output: Path, replaces: Replaceable = nothing) -> Iterator[BinaryIO]:
    """Let a file be written that is there once all of it is on the disk; raises as `write_whole`.

    It is not there at all if whoever writes it raises anything.
    """
    refuse_target(output, replaces)
    folder = output.absolute().parent
    try:
        with _draft(folder) as (draft, file):
            yield file
            file.flush()
            os.fsync(file.fileno())
            draft.replace(output)
        _sync(folder)
    except OSError as error:
        raise CannotWrite(f"{output}: {error.strerror}") from error


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; one that cannot even be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for a name too long


_ADVICE = "name a new file"
_NAMES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def _kind(output: Path) -> int | None:
    """Return the mode of what is there, links followed; None: nothing is."""
    try:
        return output.stat().st_mode
    except FileNotFoundError:
        return None


def _refuse_folder(output: Path) -> None:
    if not os.access(output.absolute().parent, os.W_OK | os.X_OK):
        raise UsageProblem(f"{output} cannot be written: name a file in a folder that is yours")


def _may_be_replaced(output: Path, replaces: Replaceable) -> bool:
    """Look into a file that is there; it may have become a pipe, and is not waited for."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    with open(output, "rb", opener=lambda name, _: os.open(name, flags)) as file:
        return stat.S_ISREG(os.fstat(file.fileno()).st_mode) and replaces(file)


@contextmanager
def _draft(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a hidden file; it is gone afterwards, unless it was renamed."""
    descriptor, name = tempfile.mkstemp(".draft", ".expense-agent-", folder)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield draft, file
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
