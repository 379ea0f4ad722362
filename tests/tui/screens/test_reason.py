import pytest

from expense_agent.domain.verbs import Verb
from expense_agent.service import Reject
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row

PRESETS = Verb.REJECT.question.presets


@pytest.mark.parametrize("size", SIZES)
async def test_every_preset_is_on_the_screen_and_its_digit_takes_it(size: tuple[int, int]) -> None:
    service = FakeService([a_row(1)])
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("r")
        await driver.sees("Reject R-1  Nordwind Logistik AG  1,240.00 EUR", *PRESETS)
        await driver.press("6", "enter")
        await driver.sees("R-1: rejected by ann: bank account not confirmed", "✗ reject")
        assert service.asked == [Reject(a_row(1).seen, PRESETS[5])]


async def test_own_words_are_taken_and_digits_in_them_are_digits() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("r")
        await driver.type("see R 1")
        await driver.press("enter")
        await driver.sees("rejected by ann: see R 1")


async def test_a_rejection_without_a_reason_is_not_sent() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await driver.press("r")
        await driver.type("  ")
        await driver.press("enter")
        await driver.sees("a rejection needs its reason")
        await driver.press("escape")
        assert "presets" not in driver.text
        assert service.asked == []
