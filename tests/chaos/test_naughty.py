"""Every text is hostile, on every screen and in every command, on a real terminal.

To add a screen, name it in `SCREENS` with the keys that lead there from the queue and back.
"""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from tests.benchmarks.terminal import Terminal, python
from tests.chaos.naughty import MARK, PAYLOADS, invoices, told
from tests.process import scenario

pytestmark = pytest.mark.process

ESCAPE, ENTER, F2 = b"\x1b", b"\r", b"\x1bOQ"
ALL = "EXPENSE_AGENT_CHAOS" in os.environ
SIZES = ((120, 40), (80, 24), (160, 45)) if ALL else ((120, 40),)
COMMANDS_TELL = {r"'\n'", r"'\r'", "CSI  K"}
"""Lines, and the progress bar of an import."""
MANY = len(PAYLOADS) if ALL else 4
SCREENS: dict[str, list[bytes]] = {
    "queue": [b"G", b"g", *[b"j"] * 6, b"J", b"K"],
    "detail": [ENTER, b"G", *[b"n"] * MANY, ESCAPE],
    "sections": [ENTER, *[b"]"] * 6, ESCAPE],
    "twin": [b"=", b"n", ESCAPE],
    "edit": [b"e", ESCAPE],
    "reject": [b"r", ESCAPE],
    "hold": [b"h", ESCAPE],
    "send back": [b"b", ESCAPE],
    "note": [b"c", ESCAPE],
    "review of one": [b"a", ESCAPE],
    "review of many": [b" ", b" ", b" ", b"a", ESCAPE, b"u"],
    "filter": [b"/", b"word", ENTER, b"/", *[b"\x7f"] * 4, ENTER, b"g"],
    "pager": [b"o", b"O"],
    "steps": [b"n", ESCAPE],
    "import": [b"2", b"]", b"1"],
    "choose": [b"2", b"i", b"/", ESCAPE, b"1"],
    "payments": [b"3", b"G", b"]", b"]", b"1"],
    "activity": [b"4", b"G", b"g", b"]", b"1"],
    "help": [b"?", b"p", ENTER, ESCAPE, ESCAPE, ESCAPE],
}


async def fill(store: Path, *, harmless: bool) -> None:
    who = "ann" if harmless else f"\x9b{MARK}m"
    agent = scenario.person(store, who)
    await agent.start()
    for invoice in invoices(harmless=harmless):
        await asyncio.to_thread(agent._worker.engine.intake.take, [(invoice, 0)])
    await agent.close()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Return a store of harmless texts (True) and one of naughty ones."""
    folder = tmp_path_factory.mktemp("naughty")
    found = {harmless: folder / f"harmless-{harmless}" for harmless in (True, False)}
    for harmless, store in found.items():
        asyncio.run(fill(store, harmless=harmless))
    return found


def walked(store: Path, size: tuple[int, int]) -> set[str]:
    """Walk through all screens in one session; give what the terminal was told."""
    app = python("-m", "tui", "--store", str(store), "--as=ann")
    with Terminal(app, {"PAGER": "cat", "ESCDELAY": "10"}, size=size) as terminal:
        terminal.seconds_until(b"engine ready")
        for name, keys in SCREENS.items():
            for key in keys:
                terminal.send(key)
                terminal.settle()
            assert terminal.process.poll() is None, f"{name}: the app is gone"
        for key in (ESCAPE, ESCAPE, b"q"):
            terminal.send(key)
            terminal.settle()
        assert terminal.exit_code() == 0
        return told(terminal.output)


@pytest.mark.timeout(120 * len(SIZES))
@pytest.mark.parametrize("size", SIZES)
def test_no_screen_tells_the_terminal_anything_that_stands_in_a_text(
    stores: dict[bool, Path], size: tuple[int, int]
) -> None:
    assert walked(stores[False], size) <= walked(stores[True], size)


@pytest.mark.timeout(240)
def test_no_command_tells_the_terminal_anything_that_stands_in_a_text(
    stores: dict[bool, Path], tmp_path: Path
) -> None:
    store = shutil.copytree(stores[False], tmp_path / "store")
    script = python("-m", "tests.chaos.naughty_commands", str(store))
    with Terminal(script) as terminal:
        code = terminal.exit_code()
        assert (code, terminal.output.splitlines()[-1]) == (0, b"every command was run")
        assert told(terminal.output) <= COMMANDS_TELL
