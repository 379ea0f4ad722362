"""Which file systems SQLite must not be trusted on: over a network, locks and syncs may not hold.

Two people would then write at the same time, and the file would be torn. Known by the mount table
of Linux; elsewhere nothing is refused.
"""

import re
from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.settings import FORCE_VARIABLE

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
