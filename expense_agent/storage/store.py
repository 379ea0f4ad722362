"""A store as the program sees it: the ledger, the files invoices were read from, the threads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from expense_agent.storage.claim_table import Presence
from expense_agent.storage.database import Database


class Sources(Protocol):
    """The files invoices were read from, under their SHA-256. Any thread may call it."""

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Write files down in one commit; what is here already stays as it is."""
        ...

    def get(self, digest: str, name: str) -> bytes:
        """Return a kept file; raises DocumentGone, also for one that is not what was imported."""
        ...


class Store(Protocol):
    """One open store."""

    @property
    def database(self) -> Database:
        """The ledger."""
        ...

    @property
    def sources(self) -> Sources:
        """The files invoices were read from."""
        ...

    def session(self, who: str) -> Presence:
        """Return a person's session at the store."""
        ...

    def saver(self) -> Any:
        """Open LangGraph's saver of threads; loads LangGraph."""
        ...

    def refuse_damaged(self) -> None:
        """Refuse to act on a damaged ledger; raises StoreUnusable."""
        ...

    def set_aside(self, now: datetime) -> str | None:
        """Begin the threads' file anew if it is damaged; return the name the old one has now."""
        ...

    def close(self) -> None:
        """Close the ledger."""
        ...
