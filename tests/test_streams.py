"""A process begins with no empty variables, and Ctrl+C ends it in silence, wherever it comes."""

import os
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


def ended(program: str, **environment: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, check=False, timeout=50,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


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
    assert ended(program) == (code, b"", b"")


def test_an_empty_variable_is_unset_for_the_libraries_too() -> None:
    program = """
import os
from expense_agent.streams import run
run(lambda _: 7 if "HOME" not in os.environ and os.environ["TERM"] else 0)
"""
    assert ended(program, HOME=" ", TERM="dumb") == (7, b"", b"")
