"""LangGraph's saver on checkpoints.db. The file is a cache: the ledger can rebuild what it loses.

Checkpoints are packed small: a question stands in one three times, in much the same text.

One class for both worlds: the import groups many threads into one commit, the resumes of the
event loop commit each write. Unlike the stock saver it never leaves a half-written transaction.
"""

import asyncio
import sqlite3
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sighting import Seen, Sighting, nothing_seen
from expense_agent.storage.sqlite.looking import is_damage
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from expense_agent.storage.sqlite.witnesses import keep_in

_PACKED = "+zlib"
_SMALL = 256
"""Bytes that are not worth the work."""
_QUICK = 1
"""zlib's quickest level: what a better one saves is less than a page."""
MOST_BYTES = 64 * 1024 * 1024
"""The limit one value may unpack to: a few bytes of a forged file could else fill the memory."""


class PackingSerializer(JsonPlusSerializer):
    """LangGraph's own serialiser, strict as it is set, with zlib behind it."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """Return type and bytes; the type says whether they are packed."""
        kind, data = super().dumps_typed(obj)
        if len(data) < _SMALL:
            return kind, data
        return kind + _PACKED, zlib.compress(data, _QUICK)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Read back what was written, packed or not; raises ValueError for what is too large."""
        kind, packed = data
        if not kind.endswith(_PACKED):
            return super().loads_typed(data)
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MOST_BYTES)
        if not unpacking.eof:
            raise ValueError(f"a checkpoint is cut off, or larger than {MOST_BYTES:,} bytes")
        return super().loads_typed((kind.removesuffix(_PACKED), plain))


class GroupConnection(sqlite3.Connection):
    """A connection that knows of a group of writes to be committed together.

    The flags stand here, not on the saver: LangGraph compiles a graph with a copy of its saver.
    """

    grouped = False
    broken = False
    """Whether a write of the group failed, so that none of it may stand."""


class Checkpoints(SqliteSaver):
    """A SqliteSaver with asynchronous twins, rollback on error, and an optional group commit."""

    conn: GroupConnection

    def __init__(self, folder: Path, busy_seconds: float, seen: Seen = nothing_seen) -> None:
        self._folder = folder
        self._seen = seen
        self._kept: Sighting | None = None
        super().__init__(
            sqlite3.connect(
                folder / CHECKPOINTS_FILE,
                timeout=busy_seconds,
                check_same_thread=False,
                factory=GroupConnection,
            ),
            serde=PackingSerializer(),
        )
        try:
            with self.cursor():
                # WAL with NORMAL may lose the last commits on power loss, never consistency;
                # what is lost is replayed from the ledger.
                self.conn.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            self.close()
            raise

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:  # noqa: FBT001, FBT002 - upstream's signature
        """Yield a cursor; commit when done unless grouped, roll back when anything raises."""
        with self._refusals(), self.lock:
            self._check_group()
            self.setup()
            cursor = self.conn.cursor()
            try:
                yield cursor
                if transaction and not self.conn.grouped:
                    self._commit()
            except BaseException:
                self.conn.rollback()
                self.conn.broken = self.conn.grouped
                raise
            finally:
                cursor.close()

    @contextmanager
    def group(self) -> Iterator[None]:
        """Put all writes made inside into one commit; if one of them fails, none stands."""
        self.conn.grouped = True
        try:
            with self._refusals():
                yield
                self._check_group()
                with self.lock:
                    self._commit()
        except BaseException:
            self.conn.rollback()
            raise
        finally:
            self.conn.grouped = self.conn.broken = False

    def _commit(self) -> None:
        """Commit, and keep in the same commit what the ledger's newest event is."""
        seen = self._seen()
        if seen and seen != self._kept and self.conn.in_transaction:
            keep_in(self.conn, seen)
            self._kept = seen
        self.conn.commit()

    def _check_group(self) -> None:
        if self.conn.broken:
            raise StoreUnusable(self._folder, f"{CHECKPOINTS_FILE}: a write failed")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what makes the file unusable into words; other errors are our own mistakes."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            reason = f"{CHECKPOINTS_FILE}: {error}"
            if is_damage(error):
                reason += "; it is only a cache: run `recover`"
            raise StoreUnusable(self._folder, reason) from error

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint without blocking the loop."""
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - upstream's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """List checkpoints without blocking the loop."""
        found = await asyncio.to_thread(
            lambda: list(self.list(config, filter=filter, before=before, limit=limit))
        )
        for checkpoint in found:
            yield checkpoint

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write a checkpoint without blocking the loop."""
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Write a task's results without blocking the loop."""
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread without blocking the loop."""
        await asyncio.to_thread(self.delete_thread, thread_id)

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()
