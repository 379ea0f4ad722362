"""Sessions at a store: each keeps a file locked for as long as it lives, the system tells.

By flock: a lock of lockf goes with any close of the file in the process. A file bears its name
only once it is locked, and no name is used twice, so whatever is found unlocked is of the dead.
"""

import fcntl
import os
import threading
import uuid
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

from expense_agent.errors import StoreUnusable
from expense_agent.storage.claim_table import process_of

FOLDER = "processes"
_DRAFT = ".draft"
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_THERE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW


class LockedPresence:
    """One session at a store; it appears there when it first holds something."""

    def __init__(self, store: Path, who: str) -> None:
        self.who = who
        self._store = store
        self._begin()
        _sessions.add(self)

    def _begin(self) -> None:
        self._turn = threading.Lock()
        self._descriptor: int | None = None
        self.current = ""
        """The name of its file; "" as long as it has not appeared."""

    @property
    def name(self) -> str:
        """Return the name of its file, which is locked before it is given away."""
        with self._turn:
            if not self.current:
                self._appear()
            return self.current

    def is_alive(self, name: str) -> bool:
        """Whether the session of this name lives; what a dead one has left is cleared away."""
        if process_of(name) is None:
            return False
        return name == self.current or _is_locked(self._store / FOLDER / name)

    def close(self) -> None:
        """Go: what this session holds is held no more."""
        with self._turn:
            if self._descriptor is None:
                return
            with suppress(OSError):
                (self._store / FOLDER / self.current).unlink()
            os.close(self._descriptor)
            self._descriptor, self.current = None, ""

    def leave_to_parent(self) -> None:
        """Drop in a forked child what it shares with its parent: the lock must end with that."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._begin()

    def _appear(self) -> None:
        folder = self._store / FOLDER
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            for path in folder.iterdir():
                _is_locked(path)
            while self._descriptor is None:
                self.current = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
                self._descriptor = _locked(folder / self.current)
        except OSError as error:
            reason = f"{FOLDER}: {error.strerror or error}; a store needs a disk with locks (flock)"
            raise StoreUnusable(self._store, reason) from error


def _locked(path: Path) -> int | None:
    """Make a file that is locked before it bears its name; None: it was taken for a dead one's."""
    draft = path.with_name(path.name + _DRAFT)
    descriptor = os.open(draft, _NEW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(path)
    except (BlockingIOError, FileNotFoundError):
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        draft.unlink(missing_ok=True)
        raise
    return descriptor


def _is_locked(path: Path) -> bool:
    """Whether somebody keeps a file locked; one that nobody does is removed.

    Whoever looks locks it for a moment, shared, so that two who look do not see each other.
    """
    try:
        descriptor = os.open(path, _THERE)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # another user's: it cannot be known, so nothing of it is taken
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        with suppress(OSError):
            path.unlink()
        return False
    finally:
        os.close(descriptor)


_sessions: WeakSet[LockedPresence] = WeakSet()


def _leave_all_to_parent() -> None:
    for session in list(_sessions):
        session.leave_to_parent()


os.register_at_fork(after_in_child=_leave_all_to_parent)
