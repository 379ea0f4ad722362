"""The reference pages behind the help screen."""

import re

import pytest

from expense_agent.pages import TOPICS, Page, all_pages
from tests.tui.driving import Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tui.keys.scrolling_keys import ReadingPane
from tui.screens.help import HelpScreen, PageList, PageScreen, PagesScreen
from tui.sections.markdown import page_content


async def open_page(driver: Driver, topic: str) -> PageScreen:
    """Go from the queue to a page."""
    await driver.press("question_mark", "p")
    await driver.press(*"j" * TOPICS.index(topic), "enter")
    screen = driver.app.screen
    assert isinstance(screen, PageScreen)
    return screen


@pytest.mark.parametrize(("size", "read_only"), [((80, 24), False), ((60, 15), True)])
async def test_help_leads_to_the_pages_and_esc_back_again(
    size: tuple[int, int], *, read_only: bool
) -> None:
    async with driven(FakeService([a_row(1)]), size, read_only=read_only) as driver:
        await open_page(driver, "filters")
        await driver.sees("How to find requests")
        await driver.press("G")
        await driver.sees("Groups:")
        for screen in (PagesScreen, HelpScreen):
            await driver.press("escape")
            assert isinstance(driver.app.screen, screen)
        await driver.press("escape")
        await driver.sees("SUPPLIER")


async def test_a_page_is_set_anew_in_a_window_of_another_size() -> None:
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        await open_page(driver, "words")
        await driver.sees("and is accepted by every command")
        await driver.pilot.resize_terminal(60, 30)
        await driver.until(lambda: "and is accepted by every command" not in driver.text)
        await driver.sees("accepted by every")


async def test_the_keys_scroll_by_letters_on_help_and_pages() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await driver.press("question_mark")
        await scroll_by_letters(driver)
        await driver.press("p", "enter")
        await scroll_by_letters(driver)


async def scroll_by_letters(driver: Driver) -> None:
    pane = driver.app.screen.query_one(ReadingPane)
    for keys, place in (("jjj", 3), ("k", 2), ("G", pane.max_scroll_y), ("g", 0)):
        await driver.press(*keys)
        assert pane.scroll_y == place


async def test_help_on_a_page_opens_nothing_more_and_nothing_is_decided() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await open_page(driver, "keys")
        await driver.press("question_mark", "a", "r", "enter", "p")
        assert isinstance(driver.app.screen, PageScreen)
        assert not driver.session.busy


@pytest.mark.parametrize("width", [40, 56, 96])
@pytest.mark.parametrize("page", all_pages(), ids=TOPICS)
def test_every_word_of_a_page_is_shown_in_any_width(page: Page, width: int) -> None:
    shown = page_content(page.text, width).plain
    assert re.findall(r"\w+", shown) == re.findall(r"\w+", re.sub("```[a-z]*", "", page.text))
    assert all(len(line) <= width or line[:2] == "  " for line in shown.splitlines())


def test_headings_items_and_code_look_different() -> None:
    text = "# Title\n\nA `code` and\nmore.\n\n- one\n  two\n- three\n\n```\nx =  1\n```\n\n1. a\n"
    shown = page_content(text, 9).plain.splitlines()
    assert shown == [
        *("Title", "", "A code", "and more.", "", "- one two", "- three", ""),
        *("  x =  1", "", "1. a"),
    ]


async def test_the_list_shows_what_each_page_explains() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await driver.press("question_mark", "p")
        await driver.sees("What the short words on the screen mean.")
        assert driver.app.screen.query_one(PageList).highlighted == 0
