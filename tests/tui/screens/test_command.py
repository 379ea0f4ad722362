import pytest

from tests.tui.driving import SIZES, Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tui.key_table import WORDS
from tui.keymap import keys_of
from tui.screens.queue_screen import QueueScreen


async def say(driver: Driver, line: str) -> None:
    await driver.press("colon")
    await driver.sees("Do it")
    await driver.type(line)
    await driver.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_it_offers_completes_and_does(size: tuple[int, int]) -> None:
    async with driven(FakeService([a_row(1), a_row(2)]), size) as driver:
        await driver.press("colon", "s", "o", "tab")
        await driver.sees("holds  due  amount  supplier  waiting  loss")
        await driver.press("s", "tab")
        await driver.sees(":sort supplier")
        await driver.press("enter")
        await driver.sees("ordered by supplier")


async def test_views_filters_groups_modes_and_themes_are_reached_by_words() -> None:
    async with driven(FakeService([a_row(1), a_row(2)]), (120, 40)) as driver:
        await say(driver, "view mine")
        await driver.sees("[Mine")
        await say(driver, "filter supplier:nord")
        await driver.sees("/ supplier:nord")
        await say(driver, "group none")
        await driver.until(lambda: driver.session.inbox.look.group == "none")
        await say(driver, "theme expense-hc")
        assert driver.app.theme == "expense-hc"
        await say(driver, "pay")
        await driver.sees("[3 Payments]")
        await say(driver, "view settled")
        await driver.sees("[settled")
        await say(driver, "filter nord")
        await driver.sees("/ nord")
        await say(driver, "queue")
        await driver.sees("[1 Queue]")


async def test_a_line_that_means_nothing_says_so_and_can_be_mended() -> None:
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        await say(driver, "filter due<yesterday")
        await driver.sees("'yesterday' is no date", ":filter due<yesterday")
        await driver.press("escape")
        await say(driver, "srt due")
        await driver.sees("there is no 'srt' here; did you mean sort?")
        await driver.press("escape", "colon", "up")
        await driver.sees(":filter due<yesterday")


async def test_approving_by_a_word_opens_the_review_and_no_more() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await say(driver, "approve")
        await driver.sees("Approve 1 invoice", "[ Cancel ]")
        assert service.asked == []
        await driver.press("escape")


async def test_what_is_off_says_why() -> None:
    service = FakeService([a_row(1, why_not="over your limit 500.00 EUR")])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await say(driver, "approve")
        await driver.sees("approve is off: over your limit 500.00 EUR")


async def test_palette_and_help_have_the_same_words() -> None:
    async with driven(FakeService([a_row(1)]), (120, 280)) as driver:
        screen = driver.app.screen
        assert isinstance(screen, QueueScreen)
        assert set(screen.by_name.words()) == {word.name for word in WORDS}
        await driver.press("question_mark")
        await driver.sees(*(f":{word.name} {word.takes}" for word in WORDS))
        await driver.press("escape", "ctrl+p", *":sortdue"[:5])
        await driver.sees(":sort due")
        await driver.press(" ", *"due", "enter")
        await driver.sees("ordered by due")


async def test_nothing_said_there_decides() -> None:
    """Each word for itself: whatever it does, no decision leaves without a page of its own."""
    service = FakeService([a_row(number) for number in range(1, 4)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        words = [key.word for key in keys_of("decide") if key.action != "note_in_editor"]
        assert {"approve", "reject", "hold", "send-back", "undo"} <= set(words)
        for word in words:
            await say(driver, word)
            for _ in range(3):
                await driver.press("escape")
            assert service.asked == [], word
