"""What happens when the app is stopped from outside or by a mistake of ours.

Textual's own report prints every local variable, bank details included; ours goes to a file and
holds the traceback only. TERM, HUP and INT end the app in order, so that the terminal is restored.
"""

import asyncio
import os
import signal
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

SIGNAL_EXIT = 128
"""A process ended by signal n reports 128 + n, as shells do."""


def write_crash(error: BaseException, folder: Path | None = None) -> Path:
    """Write the traceback, without variables, to a new file of mode 0600; give its path."""
    folder = folder or user_log_path("expense-agent")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return path


def end_on_signals(end: Callable[[int], None]) -> None:
    """Call `end` with the exit code when the running loop's process gets TERM, HUP or INT."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, end, SIGNAL_EXIT + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # Windows, or not the main thread: signals keep their usual effect
