"""Ctrl+C ends a process with 130 and in silence, wherever it comes."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[1]

WHILE_LOADING = """
import sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "tui.__main__":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
from tui.start import main
main()
"""
IN_A_COMMAND = """
from expense_agent.streams import run
def command(_):
    raise KeyboardInterrupt
run(command)
"""
WHERE_NOTHING_IS_RAISED = """
import time, weakref
from expense_agent.streams import run
class Thing: pass
def pressed(_):
    raise KeyboardInterrupt
def command(_):
    thing = Thing()
    reference = weakref.ref(thing, pressed)
    del thing
    time.sleep(60)
run(command)
"""
WHILE_IT_ENDS = """
import atexit, signal
from expense_agent.streams import run
atexit.register(signal.raise_signal, signal.SIGINT)
run(lambda _: 0)
"""
AFTER_ITS_END = """
import signal
from expense_agent.streams import run
class Pressed:
    def __del__(self, press=signal.raise_signal, ctrl_c=signal.SIGINT):
        press(ctrl_c)
run(lambda _: globals().update(kept=Pressed()) or 7)
"""


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (WHILE_LOADING, 130),
        (IN_A_COMMAND, 130),
        (WHERE_NOTHING_IS_RAISED, 130),
        (WHILE_IT_ENDS, 0),
        (AFTER_ITS_END, 7),
    ],
)
def test_ctrl_c_ends_it_in_silence(program: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, timeout=50
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")
