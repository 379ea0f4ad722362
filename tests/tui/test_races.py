"""Arrivals between look and key never move a decision to another payment."""

from collections.abc import Callable

from expense_agent.service import Approve
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row


def ticking(step: float) -> Callable[[], float]:
    """A clock on which every look is `step` seconds after the last."""
    now = 0.0

    def tick() -> float:
        nonlocal now
        now += step
        return now

    return tick


async def test_rows_inserted_and_resorted_between_look_and_key_do_not_change_what_a_approves() -> (
    None
):
    service = FakeService([a_row(key) for key in range(1, 21)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("j", "j", "j")
        seen = driver.session.inbox.row_under_cursor
        assert seen
        service.add(*(a_row(key, "9.00") for key in range(100, 120)))
        service.alter(2, payable_amount="99999.00")
        await driver.poll()
        await driver.press("s", "s", "R")
        await driver.press("a")
        await driver.until(lambda: service.asked)
        assert service.asked == [Approve(seen.seen)]
        assert seen.key == 4


async def test_a_request_changed_under_the_cursor_is_not_decided_unread() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        service.alter(1, seen=type(a_row(1).seen)("inv-1", "interrupt-1", "other"))
        await driver.poll()
        await driver.sees("▴ changed", "1 changed since this list was drawn")
        await driver.press("a")
        await driver.sees("cannot approve: changed since you looked: R shows what waits now")
        assert service.asked == []


async def test_a_change_nobody_noticed_yet_is_refused_by_what_was_seen() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        service.alter(1, seen=type(a_row(1).seen)("inv-1", "interrupt-1", "other"))
        await driver.press("a")
        await driver.sees("it changed since you looked (now other); your approval was not recorded")
        assert service.seen == [a_row(1).seen]


async def test_a_held_key_decides_once() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, ticks=ticking(0.03), waits_for="engine ready") as driver:
        driver.session.guard._moved = float("-inf")
        await driver.press(*["a"] * 12)
        await driver.sees("not counted: a key held down decides once")
        await driver.until(lambda: service.asked)
        await driver.until(lambda: service.asked)
        assert service.asked == [Approve(a_row(1).seen)]


async def test_a_key_just_after_the_list_was_drawn_anew_does_not_count() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, ticks=ticking(0.1), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("not counted")
        assert service.asked == []


async def test_many_decisions_at_once_each_end_on_their_own_row() -> None:
    service = FakeService([a_row(key, f"{key}.00") for key in range(1, 41)])
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.press(*["space"] * 30)
        await driver.press("a", "3", "0", "enter")
        await driver.until(lambda: driver.session.inbox.running == 0 and service.asked)
        assert {seen.invoice_id for seen in service.seen} == {f"inv-{key}" for key in range(1, 31)}
        await driver.sees("30 of 30: 30 scheduled")
        assert driver.text.count("✓ sched") == 30
