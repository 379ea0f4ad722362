"""Opens a store by its URL: the one place that knows which kinds there are."""

from pathlib import Path

from expense_agent.errors import StoreUnusable
from expense_agent.settings import folder_of
from expense_agent.storage.sqlite.folder_store import FolderStore
from expense_agent.storage.sqlite.store_files import refuse_network_file_system
from expense_agent.storage.store import Store


def open_store(
    url: str | Path,
    busy_seconds: float,
    memory: Path | None = None,
    *,
    to_act: bool = False,
    anywhere: bool = False,
) -> Store:
    """Open the store at a path, or at `sqlite:///` and a path; raises StoreUnusable.

    One that can only be read is refused with StoreReadOnly to whoever wants `to_act`. `anywhere`:
    also on a network file system.
    """
    folder = folder_of(str(url))
    if not anywhere:
        refuse_network_file_system(folder)
    store = FolderStore(folder, busy_seconds, memory)
    try:
        if to_act:
            store.database.refuse_read_only()
    except StoreUnusable:
        store.close()
        raise
    return store
