"""The files of a store: their names, their permissions, and the file systems they may lie on.

Two people would then write at the same time, and the file would be torn. Known by the mount table
of Linux; elsewhere nothing is refused.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.settings import FORCE_VARIABLE

LEDGER_FILE = "ledger.db"
CHECKPOINTS_FILE = "checkpoints.db"
SOURCES_FILE = "sources.db"
FILES = (LEDGER_FILE, CHECKPOINTS_FILE, SOURCES_FILE)
OPEN_LOCK = "open.lock"
RESTORE_LOCK = "restore.lock"
LOCKS = (OPEN_LOCK, RESTORE_LOCK)


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


MOUNT_TABLE = Path("/proc/self/mounts")
_NETWORK = re.compile(
    r"nfs\d*|cifs|smb\w*|afs|ceph|glusterfs|lustre|beegfs|ncpfs|fuse|fuse\.(?!fuse-overlayfs).+"
)
"""FUSE may be anything; what containers lie on is local."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


def refuse_network_file_system(folder: Path) -> None:
    """Refuse a store on a file system that is not of this machine; raises StoreUnusable."""
    kind = file_system_of(folder)
    if kind and _NETWORK.fullmatch(kind):
        reason = (
            f"it lies on a {kind} file system, where locks may not hold and two sessions could"
            f" tear it; keep it on a local disk, or set {FORCE_VARIABLE}=1 if you know better"
        )
        raise StoreUnusable(folder, reason)


def file_system_of(folder: Path) -> str | None:
    """Return the kind of file system a folder lies on, or would; None where nothing tells."""
    try:
        table = MOUNT_TABLE.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    place = folder.resolve()
    found = None
    longest = -1
    for line in table.splitlines():
        fields = line.split(" ")
        point = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[1]))
        # A later mount hides an earlier one in the same place.
        if len(point.parts) >= longest and place.is_relative_to(point):
            found, longest = fields[2], len(point.parts)
    return found
