"""Runs a command of the policy: without a shell, with an end, and ended with all it has started."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from tempfile import TemporaryFile

_LOOK_SECONDS = 0.1
_PIECE = 64 * 1024
_MOST_SAID = 1_000
"""Bytes of a complaint that are kept; a command may complain without end."""


def run_hook(command: Sequence[str], told: bytes, seconds: float) -> tuple[int, str]:
    """Run a command with these bytes on its standard input; return its exit code and complaint.

    Raises OSError when it cannot be started, TimeoutError when it was ended.
    """
    with TemporaryFile() as order:
        order.write(told)
        order.seek(0)
        with subprocess.Popen(  # noqa: S603 - the policy's own command, and no shell reads it
            command,
            stdin=order,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                said = _listened(process, time.monotonic() + seconds)
            except BaseException:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                raise
    return process.returncode, said.decode(errors="replace").strip()


def _listened(process: "subprocess.Popen[bytes]", end: float) -> bytes:
    """Wait for the end of the process, not of what it leaves running; return its complaint."""
    assert process.stderr
    said, pipes = b"", [process.stderr]
    running = True
    while running:
        running = process.poll() is None
        if running and time.monotonic() > end:
            raise TimeoutError
        if select.select(pipes, [], [], _LOOK_SECONDS if running else 0)[0]:
            piece = os.read(process.stderr.fileno(), _PIECE)
            said = (said + piece)[:_MOST_SAID]
            pipes = pipes if piece else []
    return said
