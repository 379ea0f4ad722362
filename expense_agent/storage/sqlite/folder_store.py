"""A store in a folder: a ledger, the threads and the kept files, each in a file of its own."""

from datetime import datetime
from pathlib import Path
from typing import Any

from expense_agent.storage.sqlite.damage import refuse_damaged, set_aside
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.session_files import LockedPresence
from expense_agent.storage.sqlite.sources import FileSources


class FolderStore:
    """Implements storage.Store."""

    def __init__(self, folder: Path, busy_seconds: float, memory: Path | None = None) -> None:
        """`memory` is the folder of what this user has seen of ledgers."""
        self.database = SqliteDatabase(folder, busy_seconds, memory)
        self.sources = FileSources(folder, busy_seconds, lambda: self.database.seen)
        self.close = self.database.close
        self._folder = folder
        self._busy_seconds = busy_seconds

    def session(self, who: str) -> LockedPresence:
        """Return a person's session at the store."""
        return LockedPresence(self._folder, who)

    def saver(self) -> Any:
        """Open LangGraph's saver of threads; loads LangGraph."""
        from expense_agent.storage.sqlite.checkpoints import Checkpoints

        return Checkpoints(self._folder, self._busy_seconds, lambda: self.database.seen)

    def refuse_damaged(self) -> None:
        """Refuse to act on a damaged ledger; raises StoreUnusable."""
        refuse_damaged(self.database)

    def set_aside(self, now: datetime) -> str | None:
        """Begin the checkpoints anew if they are damaged; return the name the old ones have now."""
        aside = set_aside(self.database, now)
        return aside.name if aside else None
