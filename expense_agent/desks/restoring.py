"""Backups of a store, made while others write, and the way one takes the place of a store.

Nothing is lost unseen: what the store knew beyond the backup is named.

The backup is proved first. What was there is set aside, never deleted, and counted: the payment
files it knew of are forgotten then, and have to be given back before anything is exported.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from expense_agent import __version__
from expense_agent.errors import RequestRefused, StoreUnusable
from expense_agent.exporters.whole_file import refuse_target, whole_file
from expense_agent.ports import Clock
from expense_agent.settings import Settings
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database
from expense_agent.storage.restorations import Forgotten, RestorationTable
from expense_agent.storage.sighting import Sighting
from expense_agent.storage.sqlite.backup import (
    FILES,
    SETTINGS,
    Manifest,
    copy_store,
    pack,
    proved,
    stamp,
    unpack,
)
from expense_agent.storage.sqlite.exchange import (
    Plan,
    alone_in,
    exchange,
    is_under_way,
    sync_file,
    sync_folder,
)
from expense_agent.storage.sqlite.identity import Recollection
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.looking import is_damage, looked_at
from expense_agent.storage.sqlite.store_files import (
    CHECKPOINTS_FILE,
    LEDGER_FILE,
    OPEN_LOCK,
    RESTORE_LOCK,
    SOURCES_FILE,
    refusals_of,
    refuse_network_file_system,
)
from expense_agent.storage.sqlite.witnesses import HEAD_FILE, contains, sighting_of, witnesses
from expense_agent.storage.verify import verify


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


_WORK = ".restore-"
_COMPANIONS = ("", "-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The result of a restore."""

    head: str
    """The newest event of the backup."""
    files: int
    bytes: int
    """Of the files that were put back."""
    set_aside: str | None
    """The folder in the store's that keeps what was there; None: nothing was, or it is the same."""
    forgotten_runs: tuple[str, ...]
    """Payment runs that were there, and that the backup does not know."""
    expected: int | None
    """How many payment files are to be given back; None: nobody knows."""
    waits: str | None
    """The reason why pay-run waits; None: it does not."""


@dataclass(frozen=True, slots=True)
class _Ledger:
    """The facts about a ledger before another takes its place."""

    seen: Sighting
    is_good: bool
    runs: tuple[str, ...]
    from_heads: tuple[str, ...]
    """Of its restorations, in order."""
    restorations: frozenset[str]
    waits: Forgotten | None


@dataclass(frozen=True, slots=True)
class Restorer:
    """Restores one store."""

    settings: Settings
    clock: Clock

    def restore(self, backup: Path, reason: str) -> RestoreReport:
        """Put a backup back; raises RequestRefused, and StoreUnusable while others are there.

        A good ledger that has more than the backup is set aside only with a reason.
        """
        with self._work() as work:
            manifest = unpack(backup, work)
            proved(work, self.settings.busy_seconds)
            there = self._there()
            with closing(SqliteDatabase(work, self.settings.busy_seconds)) as database:
                copy = self._ledger(database, is_good=True)
                more = there is not None and not _has(database, copy, there)
            if there and _is_restored_from(there, copy):
                return _report(manifest, None, (), there.waits)
            self._refuse_others(copy)
            _refuse_loss(there if more else None, reason)
            return self._exchange(work, manifest, there, copy, reason)

    def _exchange(
        self, work: Path, manifest: Manifest, there: _Ledger | None, copy: _Ledger, reason: str
    ) -> RestoreReport:
        folder, names = self.settings.store, _all_names(manifest)
        missing = [run for run in (there.runs if there else ()) if run not in copy.runs]
        with alone_in(folder, OPEN_LOCK, "another session has it open: end that first"):
            self._refuse_moved(there)
            newest = max(self._known(copy.seen.store), key=lambda seen: seen.seq, default=None)
            expected = _expected(there, copy, newest, len(missing))
            known_head = newest.head if newest else None
            said = (copy.seen.head, known_head, expected, self.settings.approver, reason)
            waits = self._write_down(work, manifest, said)
            was_there = any((folder / name).exists() for name in names)
            aside = f"before-restore-{self.clock.now():%Y%m%dT%H%M%S%f}Z"
            exchange(folder, Plan(names, work.name, aside))
        return _report(manifest, aside if was_there else None, missing, waits)

    def _write_down(
        self, work: Path, manifest: Manifest, said: tuple[str, str | None, int | None, str, str]
    ) -> Forgotten | None:
        """Let the copy know that it was restored, and have all of it on the disk."""
        with closing(SqliteDatabase(work, self.settings.busy_seconds)) as database:
            table = RestorationTable(database, self.clock, AuditTrail(database, self.clock))
            table.add(*said)
            waits, seen = table.open(), database.seen
        assert seen is not None, "it was proved"
        stamp(work, seen)
        for name in (*manifest.files, HEAD_FILE):
            sync_file(work / name)
        sync_folder(work)
        return waits

    @contextmanager
    def _work(self) -> Iterator[Path]:
        """Yield a folder on the store's disk; it stays only if an exchange goes on with it."""
        folder = self.settings.store
        if not self.settings.force_store:
            refuse_network_file_system(folder)
        with refusals_of(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone_in(folder, RESTORE_LOCK, "another restore is under way"):
            for left_over in () if is_under_way(folder) else folder.glob(f"{_WORK}*"):
                shutil.rmtree(left_over, ignore_errors=True)
            with refusals_of(folder):
                work = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
            try:
                yield work
            finally:
                if not is_under_way(folder):
                    shutil.rmtree(work, ignore_errors=True)

    def _there(self) -> _Ledger | None:
        """Look at the ledger that is there; None for none that can be read."""
        folder, seconds = self.settings.store, self.settings.busy_seconds
        if not (folder / LEDGER_FILE).exists() and not is_under_way(folder):
            return None
        try:
            with closing(SqliteDatabase(folder, seconds, self.settings.memory)) as database:
                if database.doubt and not database.doubt.readable:
                    return None
                found = self._ledger(database, is_good=verify(database).ok)
                return found if found.seen.seq else None
        except StoreUnusable as unusable:
            cause = unusable.__cause__
            if is_damage(cause):
                return None
            raise

    def _ledger(self, database: SqliteDatabase, *, is_good: bool) -> _Ledger:
        seen = sighting_of(database.connection)
        assert seen is not None, "whatever is opened is of this version"
        table = RestorationTable(database, self.clock, AuditTrail(database, self.clock))
        runs = database.all("SELECT run_id FROM payment_runs ORDER BY rowid")
        rows = database.all("SELECT restoration, from_head FROM restorations ORDER BY ordinal")
        return _Ledger(
            seen=seen,
            is_good=is_good,
            runs=tuple(row["run_id"] for row in runs),
            from_heads=tuple(row["from_head"] for row in rows),
            restorations=frozenset(row["restoration"] for row in rows),
            waits=table.open(),
        )

    def _known(self, store: str) -> list[Sighting]:
        """Return what anybody has seen of the store: here, or wherever this user had it open."""
        folder = self.settings.store
        asked = witnesses(folder, CHECKPOINTS_FILE, SOURCES_FILE)
        seen = [witness.seen for witness in asked if witness.seen]
        if self.settings.memory:
            seen += Recollection(self.settings.memory, store, folder / LEDGER_FILE).all()
        return [one for one in seen if one.store == store]

    def _refuse_others(self, copy: _Ledger) -> None:
        """Refuse a folder in which files of another store lie."""
        for witness in witnesses(self.settings.store, CHECKPOINTS_FILE, SOURCES_FILE):
            if witness.seen and witness.seen.store != copy.seen.store:
                raise RequestRefused(
                    f"{witness.where} here is of store {witness.seen.store[:8]}, the backup of"
                    f" {copy.seen.store[:8]}: restore it into another folder"
                )

    def _refuse_moved(self, there: _Ledger | None) -> None:
        """Refuse if somebody has written between the look and the moment of being alone."""
        if there is None:
            return
        with looked_at(self.settings.store / LEDGER_FILE) as connection:
            now = sighting_of(connection)
        if now is not None and now != there.seen:
            raise StoreUnusable(self.settings.store, "it has just been written: try again")


def _has(database: SqliteDatabase, copy: _Ledger, there: _Ledger) -> bool:
    """Whether a copy has all that lies in the store now."""
    same = there.seen.store == copy.seen.store and there.restorations <= copy.restorations
    return same and contains(database.connection, there.seen)


def _is_restored_from(there: _Ledger, copy: _Ledger) -> bool:
    """Whether it was put back from this very backup, and nothing has happened since."""
    same = there.seen.store == copy.seen.store and there.from_heads[-1:] == (copy.seen.head,)
    return same and there.is_good and there.seen.seq == copy.seen.seq + 1


def _refuse_loss(more: _Ledger | None, reason: str) -> None:
    if more and more.is_good and not reason:
        raise RequestRefused(
            f"the ledger that is here is good, and newer than the backup (event {more.seen.seq});"
            " to set it aside all the same, say why: --reason T"
        )


def _expected(
    there: _Ledger | None, copy: _Ledger, newest: Sighting | None, missing: int
) -> int | None:
    """Count the payment files that are forgotten; None where nobody can know."""
    if there and there.is_good:
        earlier = there.waits and not there.restorations <= copy.restorations
        return None if earlier else missing
    if newest is None or newest.restoration not in ("", *copy.restorations):
        return None
    return max(missing, newest.runs - len(copy.runs), 0)


def _all_names(manifest: Manifest) -> list[str]:
    """Name every file that makes room for the backup's."""
    databases = (LEDGER_FILE, CHECKPOINTS_FILE, SOURCES_FILE)
    names = [f"{name}{ending}" for name in databases for ending in _COMPANIONS]
    return list(dict.fromkeys((*names, HEAD_FILE, *manifest.files)))


def _report(
    manifest: Manifest, aside: str | None, missing: Sequence[str], waits: Forgotten | None
) -> RestoreReport:
    return RestoreReport(
        head=manifest.head,
        files=len(manifest.files),
        bytes=sum(packed.bytes for packed in manifest.files.values()),
        set_aside=aside,
        forgotten_runs=tuple(missing),
        expected=waits.expected if waits else 0,
        waits=waits.sentence if waits else None,
    )
