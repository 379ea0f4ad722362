"""Colours and symbols that really reach a terminal, and nothing said by colour alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.terminal import Terminal, python
from tests.tui.driving import driven
from tests.tui.fake_service import CHANGED_BANK, FakeService, a_row
from tests.tui.test_terminal import CSV, command
from tui.key_table import KEYS
from tui.symbols import KEY_WORDS

_SGR = re.compile(rb"\x1b\[([0-9;]*)m")
_SEQUENCES = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[\[P][0-?]*[ -/]*[@-~]|\x1b.")
_SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
KEYS_PRESSED = (b" ", b"\x10", b"\x1b", b"a", b"\x1b", b"?")
"""Mark, palette, review, help: every kind of screen; nothing is decided."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("colours")
    (folder / "batch.csv").write_text(CSV)
    command(folder / "store", "import", str(folder / "batch.csv"))
    return folder / "store"


def colours(output: bytes) -> Iterator[tuple[int, ...]]:
    """Yield every colour that is set: (31,) for one of sixteen, (38, 2, r, g, b) for others."""
    for found in _SGR.finditer(output):
        codes = [int(code or 0) for code in found[1].split(b";")]
        while codes:
            if codes[0] in (38, 48):
                length = 5 if codes[1] == 2 else 3
                yield tuple(codes[:length])
                del codes[:length]
                continue
            if codes[0] in _SIXTEEN:
                yield (codes[0],)
            del codes[0]


def is_grey(colour: tuple[int, ...]) -> bool:
    if colour[1:2] == (2,):
        return len(set(colour[2:])) == 1
    return colour[1:2] == (5,) and colour[2] >= 232


def drawn(store: Path, theme: str, environ: dict[str, str], *words: str) -> bytes:
    """Look at the main screens in a real terminal; give all that was written to it."""
    config = store.with_name(f"{theme}.toml")
    config.write_text(f'theme = "{theme}"\n')
    line = python("-m", "tui", "--store", str(store), "--config", str(config), *words)
    truecolour = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with Terminal(line, {**truecolour, **environ}) as terminal:
        terminal.seconds_until(b"engine ready")
        for key in KEYS_PRESSED:
            terminal.send(key)
            terminal.settle()
        return terminal.output


@pytest.mark.process
def test_no_color_leaves_grey_and_nothing_else(store: Path) -> None:
    found = set(colours(drawn(store, "textual-dark", {"NO_COLOR": "1"})))
    assert found
    assert all(map(is_grey, found))


@pytest.mark.process
def test_no_color_with_a_theme_of_the_terminal_sends_no_colour_at_all(store: Path) -> None:
    output = drawn(store, "ansi-light", {"NO_COLOR": "1"})
    assert set(colours(output)) == set()
    assert b"\x1b[1;7;39;49m" in output, "the line under the cursor is reversed instead"


@pytest.mark.process
def test_a_theme_of_the_terminal_has_its_sixteen_colours_and_ascii_only_ascii(
    store: Path,
) -> None:
    output = drawn(store, "ansi-dark", {}, "--ascii")
    found = set(colours(output))
    assert found
    assert {len(colour) for colour in found} == {1}
    assert [char for char in _SEQUENCES.sub(b"", output).decode() if not char.isascii()] == []


async def test_what_suppliers_write_is_no_symbol_of_ours_and_stays() -> None:
    rows = [a_row(1, supplier="Müller & Söhne"), a_row(2, holds=(CHANGED_BANK,))]
    async with driven(FakeService(rows), ascii_only=True) as driver:
        await driver.sees("Müller & Söhne", "* you")


async def test_in_ascii_keys_are_named_in_letters() -> None:
    async with driven(FakeService([a_row(1)]), (120, 280), ascii_only=True) as driver:
        await driver.press("question_mark")
        await driver.sees("j Down", "Shift+Up", "] Right")
    assert any(symbol in key.shown for key in KEYS for symbol in KEY_WORDS), "else nothing is shown"


async def test_without_colour_words_and_signs_say_where_one_is() -> None:
    rows = [a_row(1), a_row(2), a_row(3, why_not="over your limit")]
    async with driven(FakeService(rows), (120, 40), waits_for="engine ready") as driver:
        await driver.press("space", "G")
        lines = driver.text.splitlines()
        assert "[1 Queue]" in lines[0], "the mode"
        assert "[All 3]" in lines[1], "the view"
        assert driver.line_of("R-1 ").startswith("  x "), "a mark"
        assert driver.line_of("R-3 ").startswith(" > "), "the cursor"
        await driver.press("u")
        await driver.sees("(a) Approve", "a is off: over your limit")
