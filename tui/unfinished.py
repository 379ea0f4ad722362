"""Decisions made but not in the ledger yet, in a file that outlives a crash of this program.

They are offered again to the same person on the same store, and never carried out by themselves.
A file is locked as long as its program lives, so that two terminals do not offer each other's.
Where nothing can be written or locked there is nothing to offer, which is no reason to tell.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from expense_agent.settings import state_folder
from tui.model.intent import Decision, Intent
from tui.model.intent_text import is_kept, to_line, what_of


class Unfinished:
    """The decisions of one person on one store that are on their way."""

    def __init__(self, store: Path, folder: Path | None = None) -> None:
        self._store = store.resolve()
        self._folder = folder or state_folder()
        self._path: Path | None = None
        self._file: IO[str] | None = None
        self._pending: set[int] = set()

    def begin(self, approver: str) -> dict[int, Decision]:
        """Begin a file, and give what is left in those of programs that ended badly, by row key."""
        name = hashlib.sha256(f"{self._store}\0{approver}".encode()).hexdigest()[:16]
        left: dict[int, Decision] = {}
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in sorted(self._folder.glob(f"unfinished-{name}-*.jsonl")):
                left |= _taken_over(path)
            self._path = self._folder / f"unfinished-{name}-{os.getpid()}.jsonl"
            self._file = _locked(self._path)
        return left

    def made(self, intents: Sequence[Intent]) -> None:
        """Keep decisions until it is known what became of them."""
        kept = [intent for intent in intents if is_kept(intent)]
        self._pending |= {intent.row.key for intent in kept}
        self._write(map(to_line, kept))

    def over(self, keys: Iterable[int]) -> None:
        """Forget decisions: they are recorded, refused, or taken back."""
        known = self._pending & set(keys)
        if known:
            self._pending -= known
            self._write([json.dumps({"over": sorted(known)})])

    def close(self) -> None:
        """End the file, and leave it only if something is still on its way."""
        if self._file is None or self._path is None:
            return
        with suppress(OSError):
            if not self._pending:
                self._path.unlink()
            self._file.close()
        self._file = None

    def _write(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        if self._file is None or not text:
            return
        with suppress(OSError):
            self._file.write(text)
            self._file.flush()


def _locked(path: Path) -> IO[str]:
    """Open a file of mode 0600 and lock it; raises OSError when another program has it."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        raise OSError("no locks here") from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    file = os.fdopen(descriptor, "a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _taken_over(path: Path) -> dict[int, Decision]:
    """Read and remove a file whose program is gone; nothing, if it is still there."""
    left: dict[int, Decision] = {}
    with suppress(OSError), _locked(path) as file:
        file.seek(0)
        for said in _entries(file):
            with suppress(KeyError, TypeError, ValueError):
                if "over" in said:
                    for key in said["over"]:
                        left.pop(key, None)
                else:
                    left[int(said["key"])] = what_of(said)
        path.unlink()
    return left


def _entries(file: IO[str]) -> Iterator[dict[str, Any]]:
    """Read line by line; one that was cut off by the crash is left out."""
    for line in file:
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict):
                yield said
