"""Files of a store as the file system knows them: made for their owner only, refused in words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from expense_agent.errors import StoreUnusable


@contextmanager
def refusals_of(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into words; raises StoreUnusable."""
    try:
        yield
    except FileExistsError as error:
        raise StoreUnusable(folder, "it is not a folder") from error
    except OSError as error:
        raise StoreUnusable(folder, error.strerror or str(error)) from error


def make_private_file(path: Path) -> None:
    """Make a file before SQLite does, so that no moment exists in which others can read it.

    One that exists is not opened: closing it would drop the locks SQLite holds in this process.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return what the system knows a file by; None: it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
