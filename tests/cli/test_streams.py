"""Standard streams that are full, closed or gone: an exit code and a sentence, no traceback."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]


def in_a_shell(shell: Shell, line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in which `it` is the program on the store."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    call = shlex.join([sys.executable, "-m", "tui", "--store", str(shell.store), "--as", "ann"])
    return subprocess.run(
        ["bash", "-c", f'it() {{ {call} "$@"; }}; {line}'],
        cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("it queue > /dev/full", 1, "standard output: No space left on device"),
        ("it queue --view nothing 2> /dev/full", 2, ""),
        ("it queue --view nothing <&- >&- 2>&-", 2, ""),
        ("mkdir gone; cd gone; rmdir ../gone; it evidence x --output y", 1, "no invoice x"),
    ],
)
def test_what_cannot_be_told_is_no_traceback(
    filled: Shell, tmp_path: Path, line: str, code: int, said: str
) -> None:
    ran = in_a_shell(filled, line, tmp_path)
    assert ran.returncode == code, ran.stderr
    assert said in ran.stderr
    assert ran.stderr.count("\n") == bool(said)
    assert ran.stdout == ""


def test_what_was_decided_is_kept_when_its_report_is_lost(filled: Shell, tmp_path: Path) -> None:
    over = filled.ids()["OVER"]
    ran = in_a_shell(filled, f"it approve {over} > /dev/full", tmp_path)
    assert ran.returncode == 1
    assert "what was done is done" in ran.stderr
    assert filled.data("show", over)["state"] == "scheduled"
