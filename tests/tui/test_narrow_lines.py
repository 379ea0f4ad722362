"""Lines of one row in small windows: what is long gives way to what says how things stand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rich.cells import cell_len

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Policy
from tests.tui.driving import Driver, driven
from tests.tui.fake_service import FakeService, a_row

SIZES = ((60, 15), (80, 24), (120, 40))
NAMES = (
    "ann",
    "bartholomew.featherstonehaugh-cholmondeley@example.com",
    "王小明經理財務部門核准人",
)
LIMIT = Money(Decimal("1234567890.00"), "EUR")


def a_service(name: str, limit: Money | None = LIMIT) -> FakeService:
    policy = Policy(approvers=(Approver(name, limit), Approver("bob")))
    return FakeService([a_row(1)], approver=name, policy=policy)


def header(driver: Driver) -> str:
    return driver.text.splitlines()[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
async def test_the_state_is_in_the_header_however_long_the_name(
    size: tuple[int, int], name: str
) -> None:
    async with driven(a_service(name), size, waits_for="engine ready") as driver:
        await driver.press("4")  # the longest name of a mode
        await driver.sees("[4 Activity]")
        line = header(driver)
        assert line.rstrip().endswith("1 waiting   engine ready")
        assert cell_len(line) <= size[0]
        assert name[:2] in line, "who decides"
        if size[0] >= 120:
            assert "limit 1,234,567,890.00 EUR" in line


async def test_many_waiting_and_read_only_still_fit_the_smallest_window() -> None:
    async with driven(a_service(NAMES[1]), (60, 15), read_only=True) as driver:
        inbox = driver.session.inbox
        inbox.listing = replace(inbox.listing, waiting=1_234_567)
        driver.session.changed.publish(None)
        await driver.until(lambda: "1,234,567 waiting" in header(driver))
        assert "read-only" in header(driver)
        assert header(driver).rstrip().endswith("ready")


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("key", ["1", "2", "3", "4", "C", "question_mark", "enter"])
async def test_no_line_at_the_foot_is_cut_in_the_middle_of_a_key(
    size: tuple[int, int], key: str
) -> None:
    async with driven(a_service(NAMES[1]), size, waits_for="engine ready") as driver:
        await driver.press(key)
        foot = next(line for line in reversed(driver.text.splitlines()) if line.strip(" └┘─"))
        assert cell_len(foot) <= size[0]
        assert " Help" in foot or " Back" in foot
