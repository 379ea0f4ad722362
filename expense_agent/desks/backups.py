"""Makes a backup of a store in one file, while others write."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from expense_agent import __version__
from expense_agent.exporters.whole_file import refuse_target, whole_file
from expense_agent.storage.database import Database
from expense_agent.storage.sqlite.backup import FILES, SETTINGS, Manifest, copy_store, pack, unpack


@dataclass(frozen=True, slots=True)
class BackupReport:
    """The content of a backup."""

    head: str
    """The newest event of its ledger."""
    files: int
    bytes: int
    """Of the backup itself."""
    file: str
    names: tuple[str, ...]
    """Of the files in it."""


def make_backup(database: Database, output: Path, busy_seconds: float, now: str) -> BackupReport:
    """Copy a store to a new file; raises RequestRefused when the copy cannot be proved."""
    refuse_target(output)
    folder = output.absolute().parent
    with tempfile.TemporaryDirectory(prefix=".expense-agent-", dir=folder) as work:
        copied = Path(work)
        seen = copy_store(database, copied, busy_seconds)
        for name in SETTINGS:
            if (database.folder / name).is_file():
                shutil.copyfile(database.folder / name, copied / name)
        files = {name: copied / name for name in sorted(FILES) if (copied / name).is_file()}
        with whole_file(output) as file:
            pack(files, Manifest(seen.store, seen.head, now, __version__), file)
    unpack(output)
    size = output.stat().st_size
    return BackupReport(seen.head, len(files), size, str(output), tuple(files))
