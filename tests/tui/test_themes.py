"""Contrast as a terminal would show it: every cell that is drawn, in every state a row can have."""

from dataclasses import replace

import pytest
from rich.color import Color

from expense_agent.service import Refused
from tests.tui.driving import Driver, driven
from tests.tui.fake_service import CHANGED_BANK, NO_ACCOUNT, OVER_LIMIT, FakeService, a_row
from tui.choices import Config
from tui.model.row_state import row_state
from tui.symbols import ASCII

LEAST = {"expense-hc": 7.0, "expense-cb": 4.5, "textual-dark": 3.0, "textual-light": 3.0}
OURS = ("expense-hc", "expense-cb")
"""Of Textual's themes only the list is ours; its lines and keys have the colours of the theme."""


def a_service() -> FakeService:
    service = FakeService(
        [
            a_row(1),
            a_row(2, holds=(CHANGED_BANK, OVER_LIMIT)),
            a_row(3, holds=(NO_ACCOUNT,)),
            a_row(4, why_not="over your limit"),
            a_row(5, needed=2, approved_by=("ann",)),
            *(a_row(key) for key in range(6, 12)),
        ]
    )
    service.script("inv-7", Refused("inv-7", "already approved by bob", "bob"))
    return service


def luminance(color: Color) -> float:
    """Relative luminance after WCAG 2."""
    parts = [part / 255 for part in color.get_truecolor()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def worst(driver: Driver, part: str = "") -> tuple[float, str]:
    """Return the lowest contrast of any text on the screen or a part of it, and that text."""
    screen = driver.app.screen
    seen = screen.query_one(part).region if part else screen.region
    found: list[tuple[float, str]] = []
    for strip in screen._compositor.render_strips(driver.app.size)[seen.y : seen.bottom]:
        for segment in strip.crop(seen.x, seen.right):
            style = segment.style
            if segment.text.strip(" │─┌┐└┘▁▂▃▄▅▆▇█▔") and style and style.color and style.bgcolor:
                found.append((contrast(style.color, style.bgcolor), segment.text))
    return min(found)


@pytest.mark.parametrize("theme", LEAST)
async def test_every_text_of_the_queue_can_be_read(theme: str) -> None:
    async with driven(
        a_service(), (160, 45), config=Config(theme=theme), group="hold", waits_for="engine ready"
    ) as driver:
        assert driver.app.theme == theme
        await driver.press("f", "f", "G", "space", "k", "r", "2", "enter", "y")
        await driver.until(lambda: driver.service.asked)
        await driver.press("g", "j", "a", "escape")
        driver.service.add(a_row(30))
        driver.service.alter(8, seen=replace(a_row(8).seen, fingerprint="other"))
        await driver.poll()
        for _ in range(4):
            ratio, text = worst(driver, "" if theme in OURS else "#table")
            assert ratio >= LEAST[theme], f"{ratio:.1f}:1 for {text!r}"
            await driver.press("j")


@pytest.mark.parametrize("theme", OURS)
async def test_dialogs_can_be_read_as_well(theme: str) -> None:
    async with driven(a_service(), (120, 40), config=Config(theme=theme)) as driver:
        for keys in (["j", "a"], ["escape", "r"], ["escape", "question_mark"]):
            await driver.press(*keys)
            await driver.until(lambda: driver.app.screen.query(".dialog"))
            ratio, text = worst(driver, ".dialog")
            assert ratio >= LEAST[theme], f"{ratio:.1f}:1 for {text!r} after {keys}"


async def test_every_state_says_itself_without_colour() -> None:
    async with driven(a_service(), waits_for="engine ready") as driver:
        session = driver.session
        rows = driver.service.rows(session.inbox.order.keys)
        words = [row_state(row, session.inbox, "ann") for row in rows]
        assert len({(state.symbol, state.word) for state in words[:5]}) == 4
        assert len(set(ASCII.values())) == len(ASCII)
        assert all(mark.isascii() for mark in ASCII.values())


async def test_with_ascii_the_queue_has_no_other_sign_than_those_of_the_data() -> None:
    service = FakeService([a_row(1), a_row(2, holds=(CHANGED_BANK,))])
    async with driven(service, (120, 40), ascii_only=True, group="hold") as driver:
        await driver.sees("account changed", "why here")  # so long that it has a scroll bar
        assert driver.text.isascii(), [sign for sign in driver.text if not sign.isascii()]
