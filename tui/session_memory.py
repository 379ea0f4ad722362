"""A session's memory of a store for the next one: how it was looked at, and where.

Nothing of an invoice is in it but the key of the row under the cursor; no mark, no decision. A file
that cannot be read or written is no reason to tell anybody: the queue begins as it always does.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expense_agent.named_file import read_text
from expense_agent.service import GROUP_KEYS, SORT_KEYS
from expense_agent.settings import state_folder
from expense_agent.views.saved import View, view_named
from tui.model.inbox import Inbox
from tui.model.look import Look

MOST_BYTES = 10_000_000
MOST_STORES = 50
"""Stores remembered; the one used longest ago is forgotten first."""


class Memory:
    """The memory of one store, in a file of mode 0600 that all stores of a person share."""

    def __init__(self, store: Path, file: Path | None = None) -> None:
        self._store = str(store.resolve())
        self._file = file or state_folder() / "sessions.json"

    def recall(self, inbox: Inbox, views: Sequence[View]) -> None:
        """Look at the queue as it was looked at last."""
        kept = self._read().get(self._store)
        if not isinstance(kept, dict):
            return
        with suppress(KeyError, TypeError, ValueError):
            look = _look(kept, views)
            folds = {(by, name): bool(fold) for by, name, fold in kept["folds"]}
            inbox.cursor = int(kept["cursor"]) if kept["cursor"] is not None else None
            inbox.look, inbox.folds = look, folds

    def keep(self, inbox: Inbox) -> None:
        """Remember how the queue is looked at now."""
        if not inbox.loaded:
            return
        look = inbox.look
        cursor = inbox.cursor if inbox.cursor is not None and inbox.cursor > 0 else None
        stores = self._read()
        stores.pop(self._store, None)
        stores[self._store] = {
            "view": look.view.name,
            "filter": look.filter,
            "sort": look.sort,
            "group": look.group,
            "folds": [[by, name, fold] for (by, name), fold in inbox.folds.items()],
            "cursor": cursor,
        }
        self._write(dict(list(stores.items())[-MOST_STORES:]))

    def _read(self) -> dict[str, Any]:
        try:
            read = json.loads(read_text(self._file, MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    def _write(self, stores: dict[str, Any]) -> None:
        """Replace the file whole, so that two apps that end together leave one of both."""
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(stores, file)
            fresh.replace(self._file)


def _look(kept: dict[str, Any], views: Sequence[View]) -> Look:
    """Return the look that was kept; raises ValueError if it is none (any more)."""
    view = view_named(kept["view"], views)
    if view is None or kept["sort"] not in SORT_KEYS or kept["group"] not in GROUP_KEYS:
        raise ValueError
    look = Look(view, str(kept["filter"]), kept["sort"], kept["group"])
    look.query(datetime.now(UTC))  # a FilterError is a ValueError
    return look
