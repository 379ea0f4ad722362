"""Children whose disk fails: one server with the shim preloaded, forked anew for every trial.

Run as a program it reads one JSON order a line and answers one JSON line when its child has ended.
"""

import asyncio
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from expense_agent.errors import ExpenseAgentError
from expense_agent.service import Failed, Refused
from tests.process import scenario

DAY = scenario.STEPS


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    signal: int
    """0: it lived."""
    writes: int
    """Writes, syncs and truncations it made in the store; 0 when it was killed."""
    said: tuple[str, ...]
    """Refusals and failures, as a person would read them."""
    broken: str | None
    """An exception that is no sentence for a person."""


class BrokenDisk:
    """Runs days in an office whose disk fails at a chosen write."""

    def __init__(self, shim: Path) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.chaos.broken_disk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LD_PRELOAD": str(shim)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.communicate()

    def day(
        self, store: Path, at: int, error: int, *, lasting: bool, steps: Sequence[str] = DAY
    ) -> Ended:
        """Do a day's work; the `at`-th write fails with errno `error`, or kills the process (0).

        Steps are done each in a session of its own, so that work goes on after one has failed.
        """
        assert self._server.stdin
        assert self._server.stdout
        order = {"store": str(store), "at": at, "error": error, "lasting": lasting, "steps": steps}
        print(json.dumps(order), file=self._server.stdin, flush=True)
        answer = json.loads(self._server.stdout.readline())
        return Ended(**{**answer, "said": tuple(answer["said"])})


def build_shim(folder: Path) -> Path:
    """Compile the shim; raises OSError or CalledProcessError where that is not possible."""
    made = folder / "faults.so"
    source = Path(__file__).with_name("faults.c")
    call = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"]
    subprocess.run(call, check=True, capture_output=True)
    return made


async def _day(store: Path, steps: Sequence[str]) -> list[str]:
    said: list[str] = []
    for step in steps:
        try:
            told = await scenario.carried_out((step,), store)
        except ExpenseAgentError as refusal:
            said.append(str(refusal))
        else:
            said.extend(event.reason for event in told if isinstance(event, Failed | Refused))
    return said


def _child(order: dict[str, object], answer: int) -> None:
    shim = ctypes.CDLL(None)
    shim.faults_seen.restype = ctypes.c_long
    store = str(order["store"])
    shim.faults_arm(
        store.encode(), ctypes.c_long(int(str(order["at"]))), order["error"], order["lasting"]
    )
    said: list[str] = []
    broken = None
    try:
        said = asyncio.run(_day(Path(store), list(order["steps"])))  # type: ignore[call-overload] # from JSON
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test must hear of it
        broken = f"{type(error).__name__}: {error}"
    whole = {"signal": 0, "writes": shim.faults_seen(), "said": said, "broken": broken}
    os.write(answer, json.dumps(whole).encode())


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _child(order, writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        status = os.waitpid(child, 0)[1]
        killed = {"signal": os.WTERMSIG(status), "writes": 0, "said": [], "broken": None}
        sys.stdout.write(json.dumps(json.loads(answer) if answer else killed) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
