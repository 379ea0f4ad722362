"""The mouse: it looks, sorts, scrolls and opens, and never decides."""

import pytest
from textual.events import MouseScrollDown
from textual.geometry import Offset

from tests.tui.driving import SIZES, Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_payment
from tests.tui.screens.test_insights import the_metrics
from tui.widgets.queue_table import QueueTable


async def click(driver: Driver, word: str, *, times: int = 1) -> None:
    """Click on the first place where a word stands."""
    await driver.sees(word)
    y = next(n for n, line in enumerate(driver.text.splitlines()) if word in line)
    x = driver.text.splitlines()[y].index(word)
    await driver.pilot.click(offset=(x, y), times=times)
    await driver.pilot.pause()


async def test_a_click_on_a_mode_turns_to_it() -> None:
    service = FakeService([a_row(1)])
    service.paid = [a_payment(1)]
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await click(driver, "Payments")
        await driver.sees("[3 Payments]")
        await click(driver, "settled")
        await driver.sees("[settled")
        await click(driver, "1 Queue")
        await driver.sees("[1 Queue]", "[All 1]")


async def test_a_click_on_a_digit_does_so_where_the_names_have_no_room() -> None:
    async with driven(FakeService([a_row(1)]), (80, 24), waits_for="engine ready") as driver:
        await click(driver, "3  4")
        await driver.sees("[3 Payments]")


async def test_a_click_on_the_name_of_a_column_sorts_by_it() -> None:
    async with driven(FakeService([a_row(1), a_row(2)]), (160, 45)) as driver:
        for heading, sort in (("PAYABLE", "amount"), ("DUE", "due"), ("SUPPLIER", "supplier"),
                              ("HOLDS", "holds")):  # fmt: skip
            await click(driver, heading)
            await driver.sees(f"ordered by {sort}")
            assert driver.session.inbox.look.sort == sort
        await click(driver, "INVOICE")
        await driver.sees("no order by INVOICE; s goes through holds, due, amount")


@pytest.mark.parametrize("size", SIZES)
async def test_the_wheel_scrolls_and_leaves_the_cursor_where_it_is(size: tuple[int, int]) -> None:
    async with driven(FakeService([a_row(key) for key in range(1, 200)]), size) as driver:
        table = driver.app.screen.query_one(QueueTable)
        before = driver.session.inbox.cursor
        place = table.region.offset + Offset(5, 5)
        wheel = MouseScrollDown(table, *place, 0, 0, 0, shift=False, meta=False, ctrl=False)
        driver.app.screen._forward_event(wheel)
        await driver.until(lambda: table.scroll_offset.y > 0)
        assert driver.session.inbox.cursor == before


async def test_no_click_decides_wherever_it_falls() -> None:
    service = FakeService([a_row(key) for key in range(1, 5)])
    service.figures = the_metrics()
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        for y in (0, 1, 2, 3, 4, 5, 30, 38, 39):
            for x in range(2, 120, 25):
                await driver.pilot.click(offset=(x, y))
                if driver.app.current_mode != "queue":
                    await driver.press("1")
        assert service.asked == []
