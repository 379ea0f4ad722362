"""The log of what should not have been: a mistake of ours, or an end that did not come in time.

Textual's own report prints every local variable, bank details included; ours goes to a file and
holds the traceback only.
"""

import faulthandler
import os
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from platformdirs import user_log_path

from expense_agent.environment import own_folder
from expense_agent.errors import UsageProblem


def where(write: Callable[[], Path]) -> str:
    """Write a log; return the words that say where it is, or why there is none."""
    try:
        return f"is in {write()}"
    except (OSError, UsageProblem) as problem:
        return f"could not be written: {problem}"


def write_crash(error: BaseException, folder: Path | None = None) -> Path:
    """Write the traceback, without variables, to a new file of mode 0600; give its path."""
    path, file = _new_log("crash", folder)
    with file:
        file.writelines(traceback.format_exception(error))
    return path


def write_standing(folder: Path | None = None) -> Path:
    """Write where every thread stands, without variables; return the path of the new file."""
    path, file = _new_log("cut-off", folder)
    with file:
        faulthandler.dump_traceback(file)
    return path


def _new_log(kind: str, folder: Path | None) -> tuple[Path, IO[str]]:
    folder = folder or own_folder(user_log_path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return path, os.fdopen(descriptor, "w", encoding="utf-8")
