"""Keys that come in one burst, as over a slow line: what is typed for a field is no command."""

from textual.events import Key
from textual.widgets import Input

from tests.tui.driving import Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_payment

NAMES = {"/": "slash", ":": "colon", " ": "space", "\r": "enter"}


async def burst(driver: Driver, text: str) -> None:
    """Hand all keys over before the first of them is looked at."""
    for letter in text:
        driver.app.post_message(Key(NAMES.get(letter, letter), letter))
    await driver.pilot.pause()


async def test_a_filter_typed_in_one_burst_is_a_filter_and_decides_nothing() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await burst(driver, "/acme rhq")
        field = driver.app.screen.query_one("#filter", Input)
        await driver.until(lambda: field.value == "acme rhq")
        assert service.asked == []
        assert driver.app.is_running
        assert len(driver.app.screen_stack) == 1


async def test_enter_at_the_end_of_a_burst_applies_all_of_the_filter() -> None:
    rows = [a_row(1), a_row(2, supplier="Acme Rhein")]
    async with driven(FakeService(rows), (120, 40), waits_for="engine ready") as driver:
        await burst(driver, "/acme rh\r")
        await driver.sees("/ acme rh")
        assert driver.session.inbox.look.filter == "acme rh"


async def test_words_for_another_list_typed_in_one_burst_reach_its_field() -> None:
    service = FakeService([a_row(1)])
    service.paid = [a_payment(1), a_payment(2, supplier="Contoso Ltd")]
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("3")
        await driver.sees("2 listed")
        await burst(driver, "/contoso x")
        field = driver.app.screen.query_one("#search-field", Input)
        await driver.until(lambda: field.value == "contoso x")
        assert len(driver.app.screen_stack) == 1
