"""LangGraph's saver as we keep it: group commits, nothing half written, private files."""

import asyncio
import copy
import os
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, empty_checkpoint

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sqlite import checkpoints
from expense_agent.storage.sqlite.checkpoints import Checkpoints
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, make_private_folder

STEP: CheckpointMetadata = {"source": "loop", "step": 1, "parents": {}}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make_private_folder(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def saver(store: Path) -> Iterator[Checkpoints]:
    opened = Checkpoints(store, 0.2)
    yield opened
    opened.close()


@pytest.fixture
def other(store: Path) -> Iterator[Checkpoints]:
    """Another process's view of the same file."""
    opened = Checkpoints(store, 0.2)
    yield opened
    opened.close()


def config(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}


def put(saver: Checkpoints, thread: str, value: Any = 1) -> RunnableConfig:
    checkpoint: Checkpoint = {**empty_checkpoint(), "channel_values": {"x": value}}
    return saver.put(config(thread), checkpoint, STEP, {})


def threads(saver: Checkpoints) -> list[str]:
    found = saver.list(None)
    return sorted(kept.config["configurable"]["thread_id"] for kept in found)


def break_down(saver: Checkpoints) -> None:
    """Make every further write fail, as a full disk does."""
    saver.conn.set_authorizer(
        lambda action, *_: (
            sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_INSERT else sqlite3.SQLITE_OK
        )
    )


def mend(saver: Checkpoints) -> None:
    saver.conn.set_authorizer(None)


def test_what_is_put_is_there_for_everybody_at_once(saver: Checkpoints, other: Checkpoints) -> None:
    put(saver, "a", {"money": "12.00"})
    kept = other.get_tuple(config("a"))
    assert kept is not None
    assert kept.checkpoint["channel_values"] == {"x": {"money": "12.00"}}


async def test_the_asynchronous_twins_do_the_same(saver: Checkpoints) -> None:
    checkpoint: Checkpoint = {**empty_checkpoint(), "channel_values": {"x": 1}}
    at = await saver.aput(config("a"), checkpoint, STEP, {})
    await saver.aput_writes(at, [("x", 2)], "task")
    kept = await saver.aget_tuple(config("a"))
    assert kept is not None
    assert kept.pending_writes == [("task", "x", 2)]
    assert [found.config async for found in saver.alist(config("a"))] == [kept.config]


async def test_many_at_once_share_one_connection(saver: Checkpoints) -> None:
    await asyncio.gather(*(asyncio.to_thread(put, saver, f"{n}") for n in range(40)))
    assert len(threads(saver)) == 40


def test_a_group_is_one_commit(saver: Checkpoints, other: Checkpoints) -> None:
    with saver.group():
        put(saver, "a")
        put(saver, "b")
        assert threads(saver) == ["a", "b"]
        assert threads(other) == []
    assert threads(other) == ["a", "b"]


def test_a_group_that_is_left_by_an_error_leaves_nothing(
    saver: Checkpoints, other: Checkpoints
) -> None:
    def half_a_group() -> None:
        with saver.group():
            put(saver, "a")
            raise KeyError

    with pytest.raises(KeyError):
        half_a_group()
    put(saver, "c")
    assert threads(other) == ["c"]


def test_a_failed_write_is_rolled_back_and_the_next_one_stands(
    saver: Checkpoints, other: Checkpoints
) -> None:
    break_down(saver)
    with pytest.raises(StoreUnusable, match=r"checkpoints\.db: not authorized"):
        put(saver, "a")
    assert not saver.conn.in_transaction
    mend(saver)
    put(saver, "b")
    assert threads(other) == ["b"]


def test_a_group_of_which_one_write_failed_leaves_nothing_even_if_nobody_looked(
    saver: Checkpoints, other: Checkpoints
) -> None:
    """The import catches errors invoice by invoice; half of a chunk must not stand."""

    def a_group_that_goes_on() -> None:
        with saver.group():
            put(saver, "a")
            break_down(saver)
            with pytest.raises(StoreUnusable):
                put(saver, "b")
            mend(saver)
            with pytest.raises(StoreUnusable):
                put(saver, "c")

    with pytest.raises(StoreUnusable, match="a write failed"):
        a_group_that_goes_on()
    assert threads(other) == []
    put(saver, "d")
    assert threads(other) == ["d"]


def test_a_group_holds_for_copies_of_the_saver_too(saver: Checkpoints, other: Checkpoints) -> None:
    """LangGraph compiles a graph with a copy of the saver it is given."""
    with saver.group():
        put(copy.copy(saver), "a")
        assert threads(other) == []
    assert threads(other) == ["a"]


def test_a_lock_of_another_process_is_told_in_words(saver: Checkpoints, other: Checkpoints) -> None:
    other.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnusable, match=r"checkpoints\.db: database is locked"):
        put(saver, "a")
    other.conn.rollback()
    put(saver, "a")


def test_a_damaged_file_is_told_in_words_with_what_to_do(store: Path) -> None:
    (store / CHECKPOINTS_FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnusable, match="only a cache: run `recover`"):
        Checkpoints(store, 0.2)


def test_all_its_files_are_private_even_under_an_open_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private_folder(tmp_path / "store")
        saver = Checkpoints(tmp_path / "store", 0.2)
        put(saver, "a")
        files = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "store").iterdir()}
        saver.close()
    finally:
        os.umask(before)
    assert {f"{CHECKPOINTS_FILE}{end}" for end in ("", "-wal", "-shm")} <= files.keys()
    assert set(files.values()) == {0o600}


class Tempting:
    """The class a tampered checkpoint could name."""

    called = False

    def __init__(self, *_: Any) -> None:
        type(self).called = True


def test_a_checkpoint_that_names_code_does_not_run_it(saver: Checkpoints) -> None:
    """Strict msgpack: set by the package before LangGraph is imported."""
    kind, data = saver.serde.dumps_typed({"x": 1})
    payload = saver.serde.loads_typed((kind, data))
    assert payload == {"x": 1}
    import ormsgpack  # noqa: PLC0415 - LangGraph's own serialiser, used here to forge

    forged = ormsgpack.packb(
        ormsgpack.Ext(0, ormsgpack.packb((Tempting.__module__, "Tempting", "x")))
    )
    saver.serde.loads_typed(("msgpack", forged))
    assert not Tempting.called


def test_a_waiting_thread_is_kept_small_and_read_back_whole(saver: Checkpoints) -> None:
    question = {"holds": [{"rule": "over_limit", "reason": "over the limit"}] * 30}
    kind, data = saver.serde.dumps_typed({"requests": [question], "sent": question})
    assert len(data) < 300
    assert saver.serde.loads_typed((kind, data))["sent"] == question
    assert saver.serde.loads_typed(saver.serde.dumps_typed("short")) == "short"


def test_a_forged_checkpoint_cannot_fill_the_memory(saver: Checkpoints) -> None:
    kind, _ = saver.serde.dumps_typed("x" * 1000)
    bomb = zlib.compress(bytes(checkpoints.MOST_BYTES + 1))
    with pytest.raises(ValueError, match="larger than"):
        saver.serde.loads_typed((kind, bomb))
