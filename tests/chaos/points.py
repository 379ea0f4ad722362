"""A child that runs commands for the tests of interleavings, and stops at every named point.

The points stand before and after each transaction and each run or update of a thread. They are
put into the product here, in a process of its own; nothing of the product knows about them.
"""

import io
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from inspect import isfunction
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from langgraph.graph.state import CompiledStateGraph

import expense_agent.engine  # noqa: F401 - LangGraph, once, in the server children fork from
from expense_agent.books import SystemClock
from expense_agent.cli import main
from expense_agent.settings import STATE_VARIABLE
from expense_agent.storage.database import GroupCommit
from expense_agent.storage.sqlite.checkpoints import Checkpoints
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.sources import FileSources
from expense_agent.workflow import claim_guard

AT, DONE = "at", "done"
GO_ON = None


def work(pipe: Connection, alter: Callable[[], None] | None = None) -> None:
    """Run the commands that come through a pipe, until None comes.

    `alter` makes this process a worse build of the product.
    """
    if alter:
        alter()
    gate = _Gate(pipe)
    _put_points(gate)
    while (told := pipe.recv()) is not GO_ON:
        arguments, folder, hours_ahead = told
        os.environ[STATE_VARIABLE] = str(folder / "state")
        _set_clock(hours_ahead)
        gate.is_shut = True
        code, said = _run(arguments)
        gate.is_shut = False
        pipe.send((DONE, code, said))


class _Gate:
    """Where the child waits until it is told to go on."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._one_at_a_time = threading.Lock()
        self.is_shut = False
        self.grouped = 0
        """Inside a group of checkpoints their file is locked: nobody may be kept waiting there."""

    def point(self, name: str) -> None:
        if self.is_shut and not self.grouped:
            with self._one_at_a_time:
                self._pipe.send((AT, name))
                self._pipe.recv()

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        self.point(f"before {name}")
        yield
        self.point(f"after {name}")


def _run(arguments: Sequence[str]) -> tuple[int, str]:
    said, warned = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(warned):
            code = main(arguments)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        return -1, f"{said.getvalue()}{type(error).__name__}: {error}"
    return code, said.getvalue() + (warned.getvalue() if code else "")


def _put_points(gate: _Gate) -> None:
    claim_guard._POLL_SECONDS = 0.002
    _around_transactions(gate)
    _around_groups(gate)
    for owner, name, called in (
        (CompiledStateGraph, "aupdate_state", "an update"),
        (Checkpoints, "adelete_thread", "forgetting a thread"),
    ):
        _around_call(gate, owner, name, called)
    _around_runs(gate)
    keep = FileSources.keep

    def kept(sources: FileSources, documents: Any) -> None:
        with gate.around("keeping a file"):
            keep(sources, documents)

    _put(FileSources, "keep", kept)


def _around_transactions(gate: _Gate) -> None:
    begin, together, named = SqliteDatabase.transaction, GroupCommit.run, threading.local()

    @contextmanager
    def transaction(database: SqliteDatabase) -> Iterator[None]:
        if database.in_transaction:
            with begin(database):
                yield
        else:
            with gate.around(_caller() or named.work), begin(database):
                yield

    def run(commit: GroupCommit, do: Callable[[], Any]) -> Any:
        named.work = _name_of(do)
        return together(commit, do)

    _put(SqliteDatabase, "transaction", transaction)
    _put(GroupCommit, "run", run)


def _around_groups(gate: _Gate) -> None:
    group = Checkpoints.group

    @contextmanager
    def grouped(saver: Checkpoints) -> Iterator[None]:
        with gate.around("a group of checkpoints"):
            gate.grouped += 1
            try:
                with group(saver):
                    yield
            finally:
                gate.grouped -= 1

    _put(Checkpoints, "group", grouped)


def _around_runs(gate: _Gate) -> None:
    astream = CompiledStateGraph.astream

    async def run(graph: Any, given: Any, *about: Any, **options: Any) -> AsyncIterator[Any]:
        with gate.around("a resume" if given else "a run"):
            async for part in astream(graph, given, *about, **options):
                yield part

    _put(CompiledStateGraph, "astream", run)


def _around_call(gate: _Gate, owner: Any, name: str, called: str) -> None:
    call = getattr(owner, name)

    async def stopped(*about: Any, **options: Any) -> Any:
        with gate.around(called):
            return await call(*about, **options)

    _put(owner, name, stopped)


def _put(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _name_of(do: Any) -> str:
    """Name what is written in a shared commit: a node, a function, or who asks for it."""
    function = getattr(do, "func", do)
    held = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    nodes = [inner.__name__ for inner in held if isfunction(inner)]
    return nodes[0] if nodes else function.__qualname__.partition(".<locals>")[0]


def _caller() -> str:
    """Name the function of the product that begins a transaction; "" inside a shared commit."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == "expense_agent.storage.database":
            return ""
        if module.startswith("expense_agent.") and not module.endswith(".ledger_file"):
            return f"{module.rpartition('.')[2]}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def _set_clock(hours_ahead: float) -> None:
    def now(_: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(hours=hours_ahead)

    _put(SystemClock, "now", now)
