"""A benchmark that is killed leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.benchmarks.terminal import python

STARTS_ONE = """
import time
from tests.benchmarks.terminal import Terminal
print(Terminal(["sleep", "300"]).process.pid, flush=True)
time.sleep(300)
"""
PATIENCE_SECONDS = 10.0


def runs(pid: int) -> bool:
    """Whether a process that nobody waits for any more is still there."""
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux is asked to end it")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_terminal_ends_with_the_process_that_opened_it(number: signal.Signals) -> None:
    with subprocess.Popen(python("-c", STARTS_ONE), stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout
        pid = int(bench.stdout.readline())
        assert runs(pid)
        bench.send_signal(number)
        bench.wait(PATIENCE_SECONDS)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while runs(pid) and time.monotonic() < until:
            time.sleep(0.02)
        assert not runs(pid)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
