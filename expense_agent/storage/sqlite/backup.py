"""Copies of a whole store: made while others write, proved, and packed into one file.

The checkpoints are copied before the ledger and the kept files after it, so that neither lacks
what the ledger rests on. Threads that moved in between are left out: recovery begins them anew.
"""

import hashlib
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, BinaryIO

from expense_agent.errors import RequestRefused, StoreUnusable
from expense_agent.storage.database import Database
from expense_agent.storage.sighting import Sighting
from expense_agent.storage.sqlite.damage import damage_of
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.looking import looked_at
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE, SOURCES_FILE
from expense_agent.storage.sqlite.witnesses import keep_in
from expense_agent.storage.verify import verify

DATABASES = (LEDGER_FILE, CHECKPOINTS_FILE, SOURCES_FILE)
SETTINGS = ("policy.toml", "categories.toml")
"""Files of a store that people write."""
FILES = frozenset((*DATABASES, *SETTINGS))
MANIFEST = "manifest.json"
FORMAT = "expense-agent backup 1"
_MOST_MANIFEST = 1024 * 1024
_PIECE = 1024 * 1024
_PACKED_ALREADY = (SOURCES_FILE,)
_NOT_A_BACKUP = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
)


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of a backup."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup's description of itself."""

    store: str
    head: str
    """The newest event of its ledger."""
    made_at: str
    program: str
    """The version that has made it."""
    files: Mapping[str, Packed] = field(default_factory=dict)
    format: str = FORMAT


def copy_store(database: Database, folder: Path, busy_seconds: float) -> Sighting:
    """Copy the files of a store to an empty folder; give the ledger that was copied.

    Raises RequestRefused for a copy that cannot be proved.
    """
    if database.doubt and not database.doubt.readable:
        raise RequestRefused(f"there is nothing to copy: {database.doubt.reason}")
    try:
        _copy_neighbour(database.folder / CHECKPOINTS_FILE, folder)
        database.copy_to(folder / LEDGER_FILE)
        _copy_neighbour(database.folder / SOURCES_FILE, folder)
    except sqlite3.Error as error:
        raise StoreUnusable(database.folder, f"it cannot be copied: {error}") from error
    return proved(folder, busy_seconds)


def proved(folder: Path, busy_seconds: float) -> Sighting:
    """Prove a copy as `doctor` would; give its ledger. Raises RequestRefused."""
    damaged = damage_of(folder / SOURCES_FILE)
    if damage_of(folder / CHECKPOINTS_FILE):
        (folder / CHECKPOINTS_FILE).unlink()  # only a cache
    with closing(SqliteDatabase(folder, busy_seconds)) as copy:
        _forget(folder / CHECKPOINTS_FILE, copy.astray())
        findings = [*damaged, *verify(copy).findings]
        seen = copy.seen
    if findings or seen is None:
        told = "; ".join(findings[:3]) or "its ledger does not know itself"
        raise RequestRefused(f"the copy cannot be proved: {told}")
    stamp(folder, seen)
    return seen


def stamp(folder: Path, seen: Sighting) -> None:
    """Let the neighbours of a copy know its ledger."""
    for name in (CHECKPOINTS_FILE, SOURCES_FILE):
        if (folder / name).is_file() and (folder / name).stat().st_size:
            with closing(sqlite3.connect(folder / name)) as connection, connection:
                keep_in(connection, seen)


def pack(files: Mapping[str, Path], about: Manifest, output: BinaryIO) -> Manifest:
    """Write a backup of files, by the name they have in it; give its manifest."""
    with zipfile.ZipFile(output, "w") as archive:
        packed = {name: _put(archive, name, path) for name, path in files.items()}
        manifest = replace(about, files=packed)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def unpack(backup: Path, folder: Path | None = None) -> Manifest:
    """Take a backup apart into an empty folder, or (None) only check that all of it is there.

    Raises RequestRefused for anything that is no whole backup.
    """
    if not backup.is_file():
        raise RequestRefused(f"{backup} is no file that can be read")
    try:
        with zipfile.ZipFile(backup) as archive:
            manifest = _manifest(archive)
            for name, packed in manifest.files.items():
                _take(archive, name, packed, folder / name if folder else Path(os.devnull))
    except (*_NOT_A_BACKUP, OSError) as error:
        raise RequestRefused(f"{backup} is no whole backup of a store: {error}") from error
    return manifest


def _copy_neighbour(path: Path, folder: Path) -> None:
    if path.is_file() and path.stat().st_size:
        with looked_at(path) as source, closing(sqlite3.connect(folder / path.name)) as target:
            source.backup(target)


def _forget(checkpoints: Path, threads: Iterable[str]) -> None:
    """Leave threads out that are not where the copied ledger says: they begin anew."""
    several = [(thread,) for thread in threads]
    if several:
        with closing(sqlite3.connect(checkpoints)) as connection, connection:
            for table in ("checkpoints", "writes"):
                connection.executemany(f"DELETE FROM {table} WHERE thread_id = ?", several)


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> Packed:
    info = zipfile.ZipInfo(name)
    if name not in _PACKED_ALREADY:
        info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        return _copied(source, target)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    with archive.open(MANIFEST) as file:
        said = json.loads(file.read(_MOST_MANIFEST))
    if said["format"] != FORMAT:
        raise ValueError(f"its format is {said['format']!r}, not {FORMAT!r}")
    packed = {name: Packed(**one) for name, one in said["files"].items()}
    if packed.keys() - FILES or LEDGER_FILE not in packed:
        raise ValueError("it holds other files than a backup has")
    return Manifest(**{**said, "files": packed})


def _take(archive: zipfile.ZipFile, name: str, packed: Packed, target: Path) -> None:
    """Unpack one file; one that is longer than it should be is not read to its end."""
    if archive.getinfo(name).file_size != packed.bytes:
        raise ValueError(f"{name} has not its size")
    with archive.open(name) as source, open(target, "wb", opener=_for_its_owner) as file:
        if _copied(source, file) != packed:
            raise ValueError(f"{name} is not what was packed")


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _copied(source: IO[bytes], target: IO[bytes]) -> Packed:
    digest, length = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        target.write(piece)
        digest.update(piece)
        length += len(piece)
    return Packed(digest.hexdigest(), length)
