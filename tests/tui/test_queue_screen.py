import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row


@pytest.mark.parametrize("size", SIZES)
async def test_the_queue_shows_who_what_how_much_and_why(size: tuple[int, int]) -> None:
    async with driven(FakeService([a_row(1), a_row(2, "880.50")]), size) as driver:
        await driver.sees("Nordwind", "1,240.00 EUR", "880.50", "limit", "you", "ann", "2 waiting")
        print(driver.text)
