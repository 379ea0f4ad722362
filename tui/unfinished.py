"""Decisions made but not in the ledger yet, in files that outlive the program however it ends.

They are offered again to the same person on the same store, and never carried out by themselves.
A file is locked as long as its program lives, so that two terminals do not offer each other's; the
next program takes over the files of dead ones as they are, and ends them once they hold nothing.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from expense_agent.settings import state_folder
from tui.model.intent import Decision, Intent, is_kept, to_line, what_of


class Unfinished:
    """The decisions of one person on one store that are on their way."""

    def __init__(self, store: Path, folder: Path | None = None) -> None:
        self._store = store.resolve()
        self._folder = folder or state_folder()
        self._files: list[_Kept] = []
        """The last one is this program's own."""

    @property
    def problem(self) -> str:
        """Why decisions are not kept now; "" if they are."""
        if not self._files:
            return f"{self._folder} cannot be written or locked"
        return self._files[-1].problem

    def begin(self, approver: str) -> dict[int, Decision]:
        """Begin a file; return what is left in those of programs that are gone, by row key."""
        digest = hashlib.sha256(f"{self._store}\0{approver}".encode()).hexdigest()[:16]
        name = f"unfinished-{digest}"
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            own = _Kept.new(self._folder, name)
            self._files = [*self._taken_over(f"{name}-*.jsonl", own), own]
        return {key: what for kept in self._files for key, what in kept.left.items()}

    def _taken_over(self, pattern: str, own: "_Kept") -> Iterator["_Kept"]:
        paths = [path for path in self._folder.glob(pattern) if path != own.path]
        for path in sorted(paths, key=_written_at):
            with suppress(OSError):  # its program lives
                kept = _Kept(path)
                if kept.left:
                    yield kept
                else:
                    kept.close()

    def made(self, intents: Sequence[Intent]) -> None:
        """Keep decisions until it is known what became of them."""
        if self._files:
            self._files[-1].add([intent for intent in intents if is_kept(intent)])

    def over(self, keys: Iterable[int]) -> None:
        """Forget decisions: they are recorded, refused, or taken back."""
        over = frozenset(keys)
        for kept in self._files:
            kept.remove(over)

    def close(self) -> None:
        """Leave only the files in which something is still on its way."""
        while self._files:
            self._files.pop().close()


class _Kept:
    """One file of decisions, one a line, and lines that say which are over."""

    def __init__(self, path: Path) -> None:
        """Open and lock it; raises OSError when another program has it."""
        self.path = path
        self.problem = ""
        """Why the latest lines are not in it; "" if they are."""
        self._descriptor = _locked(path)
        content = path.read_bytes()
        self.left = _decisions(content)
        """Decisions still on their way, by row key."""
        self._is_torn = not content.endswith(b"\n")
        """Whether its last line was cut off."""

    @classmethod
    def new(cls, folder: Path, name: str) -> "_Kept":
        """Make a file that is locked before any other program can find it."""
        token = secrets.token_hex(8)
        kept = cls(folder / f".{name}-{token}")
        kept.path = kept.path.rename(folder / f"{name}-{token}.jsonl")
        return kept

    def add(self, intents: Sequence[Intent]) -> None:
        """Keep decisions."""
        self.left |= {intent.row.key: intent.what for intent in intents}
        self._write(map(to_line, intents))

    def remove(self, keys: frozenset[int]) -> None:
        """Note that decisions are over, those that are in this file."""
        if known := sorted(keys & self.left.keys()):
            for key in known:
                del self.left[key]
            self._write([json.dumps({"over": known})])

    def close(self) -> None:
        """End the file if nothing is left in it, and give up its lock."""
        with suppress(OSError):
            if not self.left:
                self.path.unlink()
        os.close(self._descriptor)

    def _write(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\n" for line in lines).encode()
        if not text:
            return
        text = b"\n" + text if self._is_torn else text
        try:
            self._is_torn = os.write(self._descriptor, text) < len(text)
            self.problem = f"{self.path.parent} is full" if self._is_torn else ""
        except OSError as error:
            self.problem = f"{self.path.parent}: {error.strerror}"


def _locked(path: Path) -> int:
    """Open a file of mode 0600 and lock it; raises OSError when another program has it."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        raise OSError("no locks here") from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _written_at(path: Path) -> float:
    """Return when a file was written last; what is not there any more comes first."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _decisions(content: bytes) -> dict[int, Decision]:
    left: dict[int, Decision] = {}
    for said in _entries(content):
        with suppress(KeyError, TypeError, ValueError):
            if "over" in said:
                for key in said["over"]:
                    left.pop(key, None)
            else:
                left[int(said["key"])] = what_of(said)
    return left


def _entries(content: bytes) -> Iterator[dict[str, Any]]:
    """Read line by line; one that was cut off is left out."""
    for line in content.splitlines():
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict):
                yield said
