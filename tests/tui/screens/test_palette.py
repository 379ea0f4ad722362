import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row


@pytest.mark.parametrize("size", SIZES)
async def test_the_palette_finds_by_words_and_does_what_the_key_does(size: tuple[int, int]) -> None:
    async with driven(FakeService([a_row(1), a_row(2)]), size) as driver:
        await driver.press("ctrl+p")
        await driver.sees("what do you want to do?", "approve the marked invoices")
        await driver.press(*"listed")
        await driver.until(lambda: "approve the marked" not in driver.text)
        await driver.press("enter")
        await driver.sees("2 marked")


async def test_the_palette_never_approves_by_itself() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("ctrl+p", *"approve", "enter")
        await driver.sees("Approve 1 invoice", "[ Cancel ]")
        assert service.asked == []
        await driver.press("y")
        await driver.sees("scheduled for")


async def test_what_is_off_says_why_and_cannot_be_chosen() -> None:
    service = FakeService([a_row(1, why_not="over your limit 500.00 EUR")])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("ctrl+p", *"approve")
        await driver.sees("off: over your limit 500.00 EUR")
        await driver.press("enter")
        await driver.sees("off: over your limit")
        assert service.asked == []
