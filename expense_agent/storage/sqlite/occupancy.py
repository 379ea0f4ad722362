"""Open sessions of a store: each shares a lock, so that nobody exchanges the files under it.

Whoever puts a backup in their place has it alone. If that is cut off once it has begun to move
files, the next one to open the store moves the rest.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from weakref import WeakSet, finalize

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sqlite.exchange import carry_through, is_under_way
from expense_agent.storage.sqlite.file_names import OPEN_LOCK

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
