"""The real app on a real terminal is told to end in the middle of decisions.

What was decided is kept, the terminal is as it was before, and it takes less than five seconds;
where it cannot end in order it is cut off.
`EXPENSE_AGENT_CHAOS=250 pytest tests/chaos/test_signals.py` runs as many of each kind as wanted.
"""

import asyncio
import os
import random
import signal
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from expense_agent.settings import STATE_VARIABLE
from tests.agents import take
from tests.benchmarks.terminal import Terminal, python
from tests.builders import an_invoice
from tests.chaos.agreement import assert_settled
from tests.process import scenario
from tui.model.grace import QUIET_SECONDS

pytestmark = pytest.mark.process

TRIALS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "1"))
FIRST = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))
ITEMS = 8
MOST_SECONDS = 5.0
# Makes the terminal the session's own, as a login does: only then does closing it hang up.
OWN_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"
START = f"{OWN_TERMINAL}; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
SWITCHED_ON = (b"?1049", b"?1000", b"?1003", b"?1006", b"?2004", b"?1004")
"""Alternate screen, mouse, pasting, focus: what a full-screen app may have switched on."""

ENDINGS: dict[str, tuple[Callable[[Terminal], None], int | None]] = {
    "TERM": (lambda terminal: terminal.signal(signal.SIGTERM), 128 + signal.SIGTERM),
    "HUP": (lambda terminal: terminal.signal(signal.SIGHUP), 128 + signal.SIGHUP),
    "INT": (lambda terminal: terminal.signal(signal.SIGINT), 128 + signal.SIGINT),
    "closed": (lambda terminal: terminal.hang_up(), None),
}


async def prepare(store: Path) -> None:
    agent = scenario.person(store, "clerk")
    await take(agent, *(an_invoice(f"{700 + n}.00 EUR", number=f"R-{n}") for n in range(ITEMS)))
    await agent.close()


@pytest.mark.timeout(120 + 30 * TRIALS)
@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRIALS))
def test_told_to_end_while_deciding_it_keeps_what_was_decided(
    tmp_path: Path, name: str, seed: int
) -> None:
    chance = random.Random(f"{name} {seed}")
    end, code = ENDINGS[name]
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    words = ("-c", START, "-m", "tui", "--store", str(store), "--as", "ann")
    with Terminal(python(*words)) as terminal:
        usual = termios.tcgetattr(terminal._master)
        terminal.seconds_until(b"engine ready")
        for _ in range(chance.randint(1, ITEMS)):
            terminal.send(b"a")
            time.sleep(chance.uniform(0.02, 0.2))
        time.sleep(chance.uniform(0.0, 1.0))
        told = time.monotonic()
        end(terminal)
        if code is None:
            terminal.process.wait(20)
        else:
            assert terminal.exit_code() == code
            assert_restored(terminal, usual)
        assert time.monotonic() - told < MOST_SECONDS
    asyncio.run(assert_settled(store))


def app(store: Path, grace: int = 5, script: str = "pass") -> Terminal:
    """Start the app; a script may change it first."""
    changed = f"{OWN_TERMINAL}; import time; {script}; from tui.__main__ import main; main()"
    state = str(store.parent / "state")
    environ = {STATE_VARIABLE: state, "EXPENSE_AGENT_GRACE": str(grace)}
    return Terminal(python("-c", changed, "--store", str(store), "--as", "ann"), environ)


def approve(terminal: Terminal) -> None:
    """Press the key until it counts: only after the rows, and the key, have rested for a moment."""
    while b"approval in 60 s" not in terminal.output:
        terminal.settle()
        time.sleep(2 * QUIET_SECONDS)  # pressed any faster, it would be a key held down for ever
        terminal.send(b"a")
        terminal.settle()


@pytest.mark.timeout(300)
def test_what_counts_down_is_offered_by_the_next_start_whatever_ended_the_app(
    tmp_path: Path,
) -> None:
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    offered = b"1 decision was not carried out"
    names = ("TERM", "closed", "HUP") if TRIALS > 1 else ("TERM", "closed")
    ends = [*(ENDINGS[name][0] for name in names), Terminal.kill]
    for number, end in enumerate(ends):
        with app(store, grace=60) as terminal:
            terminal.seconds_until(b"R-1")
            if number:
                terminal.seconds_until(offered)
                terminal.send(b"\x1b")
            approve(terminal)
            end(terminal)
            terminal.process.wait(20)
    with app(store, grace=60) as terminal:
        terminal.seconds_until(offered)
        time.sleep(0.4)  # the page's key rests a moment, too
        terminal.send(b"y")
        terminal.seconds_until(b"approval in 60 s")
        terminal.send(b"qs")
        assert terminal.exit_code() == 0
    assert kept(store) == [], "it is carried out"
    with app(store, grace=60) as terminal:
        terminal.seconds_until(b"engine ready")
        approve(terminal)
        terminal.send(b"z")
        terminal.seconds_until(b"taken back")
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        assert offered not in terminal.output
    assert kept(store) == [], "it is withdrawn"
    asyncio.run(assert_settled(store))


def kept(store: Path) -> list[Path]:
    """Return the files of decisions that the next start offers."""
    return list((store.parent / "state").glob("unfinished-*"))


AT_ONCE = "from tui import ending; ending.DRAIN_SECONDS = ending.LAST_RESORT_SECONDS = 0.3"
LOADING_HANGS = "from tui import app; app.ApprovalsApp._loading = lambda self: time.sleep(600)"
ENGINE_HANGS = (
    "from tui.engine_client import EngineClient;"
    " EngineClient.join = lambda self, seconds: time.sleep(600 if seconds is None else 0)"
)


def test_a_terminal_that_takes_no_more_output_keeps_nothing_alive(tmp_path: Path) -> None:
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    with app(store, grace=60, script=AT_ONCE) as terminal:
        usual = termios.tcgetattr(terminal._master)
        terminal.seconds_until(b"engine ready")
        approve(terminal)
        terminal.send(b"J" * 400 + b"?\x1b" * 60)  # more frames than anybody's buffer holds
        time.sleep(2)
        terminal.signal(signal.SIGTERM)
        assert terminal.process.wait(30) == 128 + signal.SIGTERM
        assert termios.tcgetattr(terminal._master) == usual
    assert len(kept(store)) == 1


def test_nothing_that_hangs_while_it_starts_keeps_it_from_ending(tmp_path: Path) -> None:
    with app(tmp_path / "store", script=LOADING_HANGS) as terminal:
        terminal.seconds_until(b"?1049h")
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        assert b"Traceback" not in terminal.output


def test_who_does_not_want_to_wait_for_the_engine_leaves_it_to_the_next_start(
    tmp_path: Path,
) -> None:
    with app(tmp_path / "store", script=ENGINE_HANGS) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.send(b"q")
        terminal.seconds_until(b"finishing what the engine has begun; ^C leaves it")
        terminal.send(b"\x03")
        assert terminal.exit_code() == 128 + signal.SIGINT
        assert b"the next start, or `expense-agent recover`, goes on" in terminal.output
        assert b"Traceback" not in terminal.output


@pytest.mark.timeout(120 + 30 * TRIALS)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRIALS))
def test_told_to_end_while_it_starts_it_leaves_the_terminal_as_it_was(
    tmp_path: Path, seed: int
) -> None:
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    for marker in (b"?1049h", b"R-1"):  # the first frame; the list, before the engine is launched
        words = ("-c", START, "-m", "tui", "--store", str(store), "--as", "ann")
        with Terminal(python(*words)) as terminal:
            usual = termios.tcgetattr(terminal._master)
            terminal.seconds_until(marker)
            time.sleep(random.Random(seed).uniform(0, 0.2) if seed else 0)
            terminal.signal(signal.SIGTERM)
            assert terminal.exit_code() in (128 + signal.SIGTERM, -signal.SIGTERM)
            assert b"Traceback" not in terminal.output
            assert_restored(terminal, usual)


def test_an_app_whose_terminal_is_gone_ends_even_if_no_signal_says_so(tmp_path: Path) -> None:
    """No hang-up is sent to a program that is started on a terminal not its own."""
    store = tmp_path / "store"
    asyncio.run(prepare(store))
    with Terminal(python("-m", "tui", "--store", str(store), "--as", "ann")) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.send(b"a")
        time.sleep(0.2)
        gone = time.monotonic()
        terminal.hang_up()
        assert terminal.process.wait(20) == 128 + signal.SIGHUP
        assert time.monotonic() - gone < 2 * MOST_SECONDS
    asyncio.run(assert_settled(store))


def assert_restored(terminal: Terminal, usual: list[object]) -> None:
    for mode in SWITCHED_ON:
        on, off = (terminal.output.rfind(b"\x1b[" + mode + end) for end in (b"h", b"l"))
        assert off >= on, f"{mode!r} is still on"
    assert terminal.output.rfind(b"\x1b[?25h") >= terminal.output.rfind(b"\x1b[?25l")
    assert termios.tcgetattr(terminal._master) == usual
