import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tui.key_table import KEYS
from tui.screens.help import HelpScreen


@pytest.mark.parametrize("size", SIZES)
async def test_help_begins_with_the_keys_of_the_screen_it_was_asked_on(
    size: tuple[int, int],
) -> None:
    async with driven(FakeService([a_row(1)]), size) as driver:
        await driver.press("question_mark")
        await driver.sees("Deciding", "approve the marked invoices, else the one shown")
        await driver.press("escape", "enter", "f1")
        await driver.sees("Deciding", "the next invoice of the list")


async def test_help_has_every_key_of_the_table() -> None:
    async with driven(FakeService([a_row(1)]), (120, 280)) as driver:
        await driver.press("question_mark")
        screen = driver.app.screen
        assert isinstance(screen, HelpScreen)
        text = screen._text().plain
        assert [key.help for key in KEYS if key.help not in text] == []
        assert "waits for another" in text
        assert "supplier:nord" in text


async def test_help_opens_once_and_closes_with_esc() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await driver.press("question_mark", "question_mark", "escape")
        await driver.sees("1 waiting", "SUPPLIER")
