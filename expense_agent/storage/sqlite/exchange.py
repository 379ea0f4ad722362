"""Exchanges the files of a store for others, so that a kill leaves the old ones or the new.

Open sessions share a lock, so that nobody exchanges files under them.

What is to be done is written down and on the disk before the first file is moved; then the old
files go to a folder of their own, and the new ones take their place. Every step can be repeated.
The caller has the store alone.

Whoever puts a backup in their place has it alone. If that is cut off once it has begun to move
files, the next one to open the store moves the rest.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal
from weakref import WeakSet, finalize

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sqlite.store_files import OPEN_LOCK

PLAN_FILE = "exchange.json"
_NEXT = ".exchange.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """Which files of a store are exchanged, by name; folders are inside of the store's."""

    names: Sequence[str]
    """All that the store's files may be called; those that are missing stay so."""
    new: str
    """The folder of the new files; it is gone in the end."""
    aside: str
    """The folder in which the old files are kept."""
    stage: Literal["out", "in"] = "out"
    """Whether the old files are being moved out, or the new ones in."""


def is_under_way(folder: Path) -> bool:
    """Whether an exchange was begun here and has not come to its end."""
    return (folder / PLAN_FILE).exists()


def exchange(folder: Path, plan: Plan) -> None:
    """Exchange the files of a store; the new ones are on the disk already."""
    _write_down(folder, plan)
    carry_through(folder)


def carry_through(folder: Path) -> None:
    """Do what is left of an exchange; nothing, if there is none. Raises StoreUnusable."""
    try:
        plan = _plan(folder)
        if plan and plan.stage == "out":
            (folder / plan.aside).mkdir(mode=0o700, exist_ok=True)
            _move(folder, folder / plan.aside, plan.names)
            _write_down(folder, plan := replace(plan, stage="in"))
        if plan:
            _move(folder / plan.new, folder, plan.names)
            (folder / PLAN_FILE).unlink()
            sync_folder(folder)
            shutil.rmtree(folder / plan.new, ignore_errors=True)
    except OSError as error:
        reason = f"a restore stopped half way ({error.strerror}); run it again"
        raise StoreUnusable(folder, reason) from error


def sync_folder(folder: Path) -> None:
    """Have what a folder lists on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Have what a file holds on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _plan(folder: Path) -> Plan | None:
    try:
        return Plan(**json.loads((folder / PLAN_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _write_down(folder: Path, plan: Plan) -> None:
    draft = folder / _NEXT
    draft.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    sync_file(draft)
    draft.replace(folder / PLAN_FILE)
    sync_folder(folder)


def _move(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        if (source / name).exists():
            (source / name).rename(target / name)
    sync_folder(target)
    sync_folder(source)


_POLL_SECONDS = 0.02
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Occupancy:
    """One session in a store; nobody exchanges its files until it is closed."""

    def __init__(self, folder: Path, busy_seconds: float) -> None:
        """Enter a store; raises StoreUnusable while its files are being exchanged."""
        descriptor = _opened(folder / OPEN_LOCK)
        self.close = finalize(self, os.close, descriptor)
        """Leave, once; it is left, too, when nobody holds this any more."""
        _sessions.add(self)
        try:
            _lock(descriptor, fcntl.LOCK_SH, folder, busy_seconds)
            while is_under_way(folder):
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                _lock(descriptor, fcntl.LOCK_EX, folder, busy_seconds)
                carry_through(folder)
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                _lock(descriptor, fcntl.LOCK_SH, folder, busy_seconds)
        except BaseException:
            self.close()
            raise


@contextmanager
def alone_in(folder: Path, lock: str, otherwise: str) -> Iterator[None]:
    """Hold a lock of a store alone; raises StoreUnusable when anybody else has it."""
    with held_alone(folder / lock) as alone:
        if not alone:
            raise StoreUnusable(folder, otherwise)
        yield


@contextmanager
def held_alone(path: Path) -> Iterator[bool]:
    """Hold a lock alone; a process that dies lets go. False: anybody else has it."""
    descriptor = _opened(path)
    try:
        yield _locked_alone(descriptor)
    finally:
        os.close(descriptor)


def _locked_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(path: Path) -> int:
    try:
        return os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise StoreUnusable(path.parent, f"{path.name}: {error.strerror}") from error


def _lock(descriptor: int, kind: int, folder: Path, seconds: float) -> None:
    """Wait for a lock for so long at most; raises StoreUnusable."""
    until = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        if time.monotonic() > until:
            raise StoreUnusable(folder, "a backup is being put in its place: try again")
        time.sleep(_POLL_SECONDS)


_sessions: WeakSet[Occupancy] = WeakSet()


def _leave_all_to_parent() -> None:
    for session in list(_sessions):
        session.close()


os.register_at_fork(after_in_child=_leave_all_to_parent)
