"""Opens what is to be imported: regular files only, size known before anything is read, read once.

The size is asked of the open file and the hash taken of the bytes that are parsed, so a file that
is swapped in between is never half trusted.
"""

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from expense_agent.domain.invoice import Source
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Document
from expense_agent.importers.text import printable

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a table; a year of a large county's invoices has a third of that."""

STANDARD_INPUT = Path("-")
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def files_of(paths: Sequence[Path]) -> list[Path]:
    """List the files of an import: folders with all below them, sorted, hidden ones left out.

    What does not exist or cannot be listed stays in the list, so that reading it says why.
    """
    return [file for path in paths for file in (_below(path) if _is_folder(path) else [path])]


def read_document(path: Path) -> Document | Problem:
    """Read a file whole; "-" is standard input."""
    name = printable(str(path))
    try:
        data = _standard_input() if path == STANDARD_INPUT else _file(path)
    except (OSError, ValueError) as error:
        return Problem("file", _why(error))
    if len(data) > LARGEST_FILE:
        return Problem("file", f"larger than {LARGEST_FILE // 1024 // 1024} MB; split it")
    if not data:
        return Problem("file", "the file is empty")
    digest = hashlib.sha256(data).hexdigest()
    return Document(Source(file=name, sha256=digest, bytes=len(data)), data)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long; opening it will say so
        return False


def _below(folder: Path) -> Iterator[Path]:
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))
    yield from (Path(error.filename) for error in unreadable)


def _file(path: Path) -> bytes:
    """Give at most one byte more than allowed."""
    with open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("not a regular file")
        if status.st_size > LARGEST_FILE:
            raise ValueError(f"larger than {LARGEST_FILE // 1024 // 1024} MB; split it")
        return file.read(LARGEST_FILE + 1)


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise ValueError("there is no standard input")
    return sys.stdin.buffer.read(LARGEST_FILE + 1)


def _why(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return str(error)
    if error.errno == errno.ELOOP:
        return "a symbolic link; name the file it points to"
    return error.strerror or str(error)
