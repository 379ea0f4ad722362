"""A list with nothing on it says why, and what to do; what comes then is shown at once."""

import pytest

from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tui import queue_reader


async def test_a_store_where_nothing_waits_says_how_to_import() -> None:
    async with driven(FakeService(), (120, 40)) as driver:
        await driver.sees("nothing waits for anybody: 2, then i imports invoices")


async def test_a_view_or_filter_that_matches_nothing_says_the_way_out() -> None:
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        await driver.press("left_square_bracket")
        await driver.sees("nothing in this view: ] shows the next one")
        await driver.press("right_square_bracket", "slash", *"number:x", "enter")
        await driver.sees("nothing matches the filter: Esc takes it away")
        await driver.press("escape")
        await driver.sees("R-1 ")


async def test_what_arrives_on_an_empty_list_is_shown_at_once_as_no_row_can_move() -> None:
    service = FakeService()
    async with driven(service, (120, 40)) as driver:
        service.add(a_row(1))
        await driver.poll()
        await driver.sees("R-1 ")
        service.add(a_row(2))
        await driver.poll()
        await driver.sees("+1 new since this list was drawn")


async def test_the_views_are_counted_once_more_after_the_last_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(queue_reader, "monotonic", lambda: now)
    service = FakeService([a_row(1)])
    async with driven(service, (120, 40)) as driver:
        await driver.sees("[All 1]")
        service.add(a_row(2))
        await driver.poll()
        await driver.sees("+1 new", "[All 1]")
        now = 10.0
        await driver.poll()
        await driver.sees("[All 2]")


async def test_the_filter_and_its_sums_are_shown_as_soon_as_it_is_applied() -> None:
    rows = [a_row(1, "150.00"), a_row(2, "50.00")]
    async with driven(FakeService(rows), (120, 40)) as driver:
        await driver.press("slash", *"amount>100", "enter")
        await driver.sees("1 of 2, ordered by")
        assert driver.line_of("1 of 2, ordered by").startswith(" / amount>100  ")
        assert "EUR 150.00   1 of 2, ordered by" in driver.text


async def test_sums_stand_beside_the_filter_as_far_as_the_line_has_room() -> None:
    rows = [a_row(n, "1234567.89", currency=c) for n, c in enumerate(("EUR", "GBP", "SEK"), 1)]
    async with driven(FakeService(rows), (120, 40)) as driver:
        await driver.sees("EUR 1,234,567.89   GBP 1,234,567.89   SEK 1,234,567.89   3, ordered by")


async def test_a_long_filter_has_all_the_room_the_counts_leave() -> None:
    async with driven(FakeService([a_row(1), a_row(2)])) as driver:
        typed = "amount>20000 supplier:nord currency:eur !r-2"
        await driver.press("slash")
        await driver.type(typed)
        await driver.press("enter")
        await driver.sees(f"/ {typed}", "0 of 2, ordered by holds")
