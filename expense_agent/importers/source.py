"""Opens what is to be imported: regular files only, size known before anything is read, read once.

The size is asked of the open file and the hash taken of the bytes that are parsed, so a file that
is swapped in between is never half trusted.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from expense_agent.domain.invoice import Source
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Document
from expense_agent.importers.text import printable
from expense_agent.named_file import FileRefused, TooLarge, read_file

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a table; a year of a large county's invoices has a third of that."""

STANDARD_INPUT = Path("-")


def files_of(paths: Sequence[Path]) -> list[Path]:
    """List the files of an import: folders with all below them, sorted, hidden ones left out.

    What does not exist or cannot be listed stays in the list, so that reading it says why.
    """
    return [file for path in paths for file in (_below(path) if _is_folder(path) else [path])]


def read_document(path: Path) -> Document | Problem:
    """Read a file whole; "-" is standard input."""
    name = printable(str(path))
    try:
        data = _bytes_of(path)
    except TooLarge:
        return Problem("file", f"larger than {LARGEST_FILE // 1024 // 1024} MB; split it")
    except FileRefused as refused:
        return Problem("file", refused.reason)
    except (OSError, ValueError) as error:
        return Problem("file", getattr(error, "strerror", None) or str(error))
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


def _bytes_of(path: Path) -> bytes:
    if path != STANDARD_INPUT:
        return read_file(path, LARGEST_FILE, links=False)
    if sys.stdin is None:
        raise FileRefused("there is no standard input")
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if data is None:  # it does not let itself be waited for
        raise FileRefused("nothing is in the standard input yet")
    if len(data) > LARGEST_FILE:
        raise TooLarge(LARGEST_FILE)
    return data
