"""Reminders before a request runs out: a command of the policy, run once for each request.

The command runs without a shell, with the request as JSON on its standard input and a bounded
time. That it is sent is in the ledger before it runs: twice would be worse than not at all.
"""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile

from expense_agent.domain.policy import Policy
from expense_agent.storage.overdue import Due, Overdue

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


MOST_SECONDS = 20.0
"""How long the command may take before it is ended."""
_MOST_WORDS = 200
_STUCK = f"it took longer than {MOST_SECONDS:g} s"


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder, and how it went."""

    invoice_id: str
    problem: str | None
    """Why it did not get through; None: the command ended well."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Reminds people by the command of the policy."""

    overdue: Overdue
    policy: Policy

    def remind(self) -> list[Reminded]:
        """Send every reminder that is due; without a command in the policy, none is.

        A command that hangs is not asked again now: the rest is due the next time.
        """
        reminders = self.policy.reminders
        if reminders is None:
            return []
        told = []
        for due in self.overdue.due(reminders.hours_before):
            if not self.overdue.note(due):
                continue
            problem = _problem(reminders.command, due)
            if problem:
                self.overdue.failed(due, problem)
            told.append(Reminded(due.shown["id"], problem))
            if problem == _STUCK:
                break
        return told


def _problem(command: tuple[str, ...], due: Due) -> str | None:
    told = json.dumps(due.shown, ensure_ascii=False).encode()
    try:
        code, said = run_hook(command, told, MOST_SECONDS)
    except TimeoutError:
        return _STUCK
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    if code == 0:
        return None
    return f"it ended with {code}{': ' + said[:_MOST_WORDS] if said else ''}"
