"""A process that is killed or stopped while it decides: every command says the same of it.

Nothing here waits: who holds what is asked of the system, and a minute later it would say the same.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from expense_agent.domain.approval import Verdict
from tests.agents import queue, take
from tests.builders import an_invoice
from tests.cli.shell import Shell
from tests.process import scenario

pytestmark = pytest.mark.process

processes = multiprocessing.get_context("forkserver")


def decide_and(signal_number: int, store: str, decided: Event) -> None:
    """Write two decisions down, and get no further."""
    agent = scenario.person(Path(store), "bob")
    for row in queue(agent)[:2]:
        agent._desk.decide(row.seen, Verdict.APPROVE, "bob", "")
    decided.set()
    os.kill(os.getpid(), signal_number)


@contextmanager
def bob(shell: Shell, signal_number: int) -> Iterator[BaseProcess]:
    """Let bob decide in a process that gets this signal before anything is carried out."""
    decided = processes.Event()
    child = processes.Process(target=decide_and, args=(signal_number, str(shell.store), decided))
    child.start()
    try:
        assert decided.wait(60)
        yield child
    finally:
        child.kill()
        child.join()


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell on a store in which three invoices wait."""
    store = tmp_path / "store"

    async def fill() -> None:
        agent = scenario.person(store, "clerk")
        await take(agent, *(an_invoice("700.00 EUR", number=f"R-{n}") for n in range(3)))
        await agent.close()

    asyncio.run(fill())
    return Shell(store, capsys)


def said(shell: Shell, command: str) -> tuple[int, list[str]]:
    """Return a command's exit code, and what it tells a person of open ends."""
    ran = shell(command)
    lines = (ran.out + ran.err).splitlines()
    about = ("expense-agent: ", "problem: ")
    told = [line.removeprefix(about[0]).removeprefix(about[1]) for line in lines]
    return ran.code, [line for line in told if "invoice" in line and ":" in line]


def test_what_a_killed_process_left_is_named_alike_and_finished_at_once(shell: Shell) -> None:
    with bob(shell, signal.SIGKILL):
        pass
    cut_off = ["2 invoices were cut off: run `recover`"]
    assert said(shell, "queue") == (0, cut_off)
    assert said(shell, "doctor") == (1, cut_off)
    assert len(shell.data("queue")) == 1
    report = shell.data("recover")
    assert (len(report["finished"]), report["failed"], report["held"]) == (2, [], [])
    assert len(shell.data("payments")) == 2
    for command in ("queue", "doctor", "recover"):
        assert said(shell, command) == (0, [])


def test_what_a_stopped_process_holds_is_named_alike_with_the_way_on(shell: Shell) -> None:
    with bob(shell, signal.SIGSTOP) as child:
        for command in ("queue", "doctor", "recover"):
            code, (sentence,) = said(shell, command)
            assert (code, sentence[:26]) == (0, "2 invoices are held by bob")
            assert f"(process {child.pid}, decision) since " in sentence
            assert sentence.endswith("if that process hangs, end it and run `recover`")
        assert len(shell.data("doctor")["held"]) == 2
        assert shell.data("payments") == []
    assert len(shell.data("recover")["finished"]) == 2
    assert len(shell.data("payments")) == 2
