import pytest

from expense_agent.service import Step, StepRow
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_step


def stepped(*rows: StepRow) -> FakeService:
    service = FakeService([a_row(1)])
    service.step_rows = list(rows)
    return service


@pytest.mark.parametrize("size", SIZES)
async def test_n_shows_the_next_step_and_what_it_starts_from_and_goes_on_one_node(
    size: tuple[int, int],
) -> None:
    service = stepped(a_step())
    async with driven(service, size) as driver:
        await driver.press("S")
        await driver.sees("1 wait for a step", "next step  categorize", "120.00 EUR", "R-9")
        await driver.press("n")
        await driver.sees("next step  check policy", "R-9: categorize done")
        assert service.asked == [Step("inv-9", "categorize")]
        await driver.press("n")
        await driver.sees("next step  schedule payment")
        await driver.press("n")
        await driver.sees("scheduled for 2026-12-01", "nothing waits for a step")


async def test_a_key_held_down_goes_one_step_only() -> None:
    service = stepped(a_step())
    moment = [0.0]
    async with driven(service, ticks=lambda: moment[0]) as driver:
        await driver.press("S")
        await driver.sees("1 wait for a step")
        moment[0] = 9.0
        await driver.press("n")
        await driver.sees("next step  check policy")
        moment[0] = 9.05
        await driver.press("n")
        await driver.sees("a key held down goes one step")
        assert service.asked == [Step("inv-9", "categorize")]


async def test_the_cursor_chooses_the_thread_and_keeps_it() -> None:
    service = stepped(a_step(), a_step("inv-10", "R-10"))
    async with driven(service) as driver:
        await driver.press("S")
        await driver.sees("2 wait for a step")
        await driver.press("j", "n")
        await driver.sees("R-10: categorize done")
        assert service.asked == [Step("inv-10", "categorize")]
        await driver.press("R")
        await driver.sees("> check policy")


async def test_read_only_goes_no_step() -> None:
    service = stepped(a_step())
    async with driven(service, read_only=True) as driver:
        await driver.press("S")
        await driver.sees("1 wait for a step")
        await driver.press("n")
        await driver.sees("read-only")
        assert service.asked == []
