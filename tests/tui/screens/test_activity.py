import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.goldens import assert_golden
from tests.tui.records import an_event


def a_service(events: int = 5) -> FakeService:
    service = FakeService([a_row(1), a_row(2)])
    service.events = [an_event(seq, file=f"/a/long/way/{seq}.csv") for seq in range(1, events)]
    service.events.append(
        an_event(events, "scheduled", invoice_id="inv-1", amount="240.00 EUR", payment=1)
    )
    return service


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    async with driven(a_service(), size, waits_for="engine ready") as driver:
        await driver.press("4")
        await driver.sees("scheduled", "all 5 events")
        assert_golden(driver, "activity")


async def test_the_newest_event_comes_first_in_words() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("4")
        await driver.sees("amount 240.00 EUR, payment 1", "file way/4.csv")
        assert "scheduled" in next(line for line in driver.text.splitlines() if line[:3] == " > ")


async def test_a_new_event_appears_by_itself_and_the_cursor_stays_on_its_event() -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await driver.press("4")
        await driver.sees("5 events")
        await driver.press("j")
        service.events.append(an_event(6, "approve", actor="bob"))
        service.add(a_row(9))
        await driver.poll()
        await driver.sees("bob", "6 events")
        assert "way/4.csv" in next(line for line in driver.text.splitlines() if line[:3] == " > ")


async def test_only_as_many_pages_are_read_as_are_looked_at() -> None:
    service = a_service(2000)
    async with driven(service, (120, 40)) as driver:
        await driver.press("4")
        await driver.sees("200 events, back to 1,801")
        await driver.press("G")
        await driver.sees("400 events, back to 1,601")
        await driver.press("G")
        await driver.sees("600 events")


async def test_events_are_found_by_actor_invoice_and_words() -> None:
    service = a_service()
    service.events.append(an_event(6, "approve", actor="bob", invoice_id="inv-1", level=1))
    async with driven(service, (120, 40)) as driver:
        await driver.press("4", "slash")
        await driver.type("actor:bob")
        await driver.press("enter")
        await driver.sees("level 1", "all 1 event")
        await driver.press("escape", "slash")
        await driver.type("invoice:inv-1 sched")
        await driver.press("enter")
        await driver.sees("amount 240.00 EUR", "all 1 event")


async def test_enter_opens_the_invoice_an_event_is_about() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("4")
        await driver.sees("5 events")
        await driver.press("enter")
        await driver.sees("invoice    R-1  inv-1")
