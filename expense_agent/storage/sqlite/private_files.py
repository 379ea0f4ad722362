"""Files of a store as the file system knows them: made for their owner only, refused in words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sqlite.file_names import (
    CHECKPOINTS_FILE,
    LEDGER_FILE,
    LOCKS,
    SOURCES_FILE,
)

_FIRST = {"policy.toml", *LOCKS}
"""The files that may be in a folder that is to become a store."""


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


def make_private_folder(folder: Path) -> None:
    """Make the folder and the ledger's neighbours, for their owner only, whatever the umask."""
    with refusals_of(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid == os.getuid() and _is_store(folder):
            folder.chmod(0o700)
        for name in (CHECKPOINTS_FILE, SOURCES_FILE):
            make_private_file(folder / name)


def _is_store(folder: Path) -> bool:
    """Whether the folder is a store or to become one: of a home folder we change nothing."""
    names = {entry.name for entry in folder.iterdir()}
    return LEDGER_FILE in names or names <= _FIRST
