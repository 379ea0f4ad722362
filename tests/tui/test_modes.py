"""Modes: one key each, each keeps what it shows, and what is under way in another goes on."""

import subprocess
import sys

import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_payment

LOOK = (
    "import sys, tui.switchboard; print([m for m in sys.modules if m.startswith('tui.screens.')])"
)


@pytest.mark.parametrize("size", SIZES)
async def test_the_header_names_the_mode_and_its_keys(size: tuple[int, int]) -> None:
    async with driven(FakeService([a_row(1)]), size) as driver:
        assert "[1 Queue]" in driver.line_of("ann")
        await driver.press("3")
        await driver.sees("3 Payments]")
        assert "ann, no limits set" in driver.line_of("3 Payments]")


async def test_the_queue_names_itself_after_it_was_drawn_behind_another_mode() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await driver.press("3")
        await driver.sees("3 Payments]")
        driver.session.changed.publish(None)
        await driver.press("1")
        await driver.sees("[1 Queue]")


async def test_a_mode_keeps_its_cursor_while_another_is_looked_at() -> None:
    service = FakeService([a_row(key) for key in range(1, 6)])
    service.paid = [a_payment(1), a_payment(2, supplier="Contoso Ltd")]
    async with driven(service, (120, 40)) as driver:
        await driver.press("j", "j", "3")
        await driver.sees("2 listed")
        await driver.press("j", "1")
        await driver.sees("ordered by")
        assert "R-3" in next(line for line in driver.text.splitlines() if line[:3] == " > ")
        await driver.press("3")
        await driver.sees("2 listed")
        assert "Contoso" in next(line for line in driver.text.splitlines() if line[:3] == " > ")


async def test_a_decision_on_its_way_goes_on_while_another_mode_is_looked_at() -> None:
    service = FakeService([a_row(1)])
    let_go = service.hold_back("inv-1")
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("a", "3")
        await driver.sees("0 listed")
        let_go()
        await driver.until(lambda: not driver.session.inbox.running)
        await driver.press("1")
        await driver.sees("sched")


async def test_an_error_of_a_read_is_said_and_the_app_lives() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, (120, 40)) as driver:
        service.paid = None  # type: ignore[assignment]
        await driver.press("3")
        await driver.sees("cannot be read")
        await driver.press("1")
        await driver.sees("R-1")


@pytest.mark.process
def test_the_first_list_imports_no_screen_but_the_queue() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    for later in ("payments", "activity", "importing", "insights", "detail", "help"):
        assert f"tui.screens.{later}'" not in done.stdout
