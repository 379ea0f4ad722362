"""The time in which a decision can be taken back, on the screen."""

from datetime import date

from expense_agent.service import Approve, Comment, PutOnHold, Reject, Release, SendBack
from tests.tui.driving import Driver, driven
from tests.tui.fake_service import CHANGED_BANK, FakeService, a_row


class Time:
    """A clock that a test moves; each look takes a second, so that no key is a repeat."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.4
        return self.now


def three() -> FakeService:
    return FakeService([a_row(1), a_row(2, "10.00"), a_row(3, "5.00", due=None)])


async def test_a_decision_counts_down_on_its_row_and_is_carried_out_when_its_time_is_over() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("R-1: approval in 60 s: z takes it back", "▸ in ")
        assert service.asked == []
        driver.session.inbox.grace._clock = lambda: 1e9
        await driver.sees("✓ sched")
        assert service.asked == [Approve(a_row(1).seen)]


async def test_z_takes_the_newest_back_and_shift_z_all() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("a", "j", "a", "j", "a")
        await driver.sees("R-3: approval in")
        await driver.press("z")
        await driver.sees("R-3: approval taken back; nothing was carried out", "◉ you")
        await driver.press("Z")
        await driver.sees("2 approvals taken back")
        await driver.press("z")
        await driver.sees("nothing counts down any more: V on the invoice")
        assert service.asked == []


async def test_a_set_taken_back_is_marked_again() -> None:
    service = three()
    async with driven(service, grace_seconds=5, waits_for="engine ready") as driver:
        await driver.press("space", "space", "a", "y")
        await driver.sees("2 approvals in 30 s")
        await driver.press("z")
        await driver.sees("2 marked")
        assert service.asked == []


async def test_what_counts_down_cannot_be_decided_again() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("a", "r")
        await driver.sees("cannot reject: your approval is carried out in", "z takes it back")


async def test_a_burst_takes_back_what_it_began_with() -> None:
    moments = iter([10.0, *(10.4 + 0.03 * n for n in range(100))])
    service = three()
    async with driven(
        service, ticks=lambda: next(moments), grace_seconds=60, waits_for="engine ready"
    ) as driver:
        driver.session.guard._moved = float("-inf")
        await driver.press("a", "a", "a")
        await driver.until(lambda: not len(driver.session.inbox.grace))
        assert service.asked == []


async def quit_with_an_intent(driver: Driver) -> None:
    await driver.press("a", "q")
    await driver.sees("1 decision is still counting down", "s Carry out", "u Withdraw")


async def test_q_asks_and_s_carries_out() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await quit_with_an_intent(driver)
        await driver.press("s")
        await driver.until(lambda: not driver.app.is_running)
    assert service.asked == [Approve(a_row(1).seen)]


async def test_q_asks_and_u_withdraws() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await quit_with_an_intent(driver)
        await driver.press("u")
        await driver.until(lambda: not driver.app.is_running)
    assert service.asked == []


async def test_q_asks_and_esc_stays() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await quit_with_an_intent(driver)
        await driver.press("escape", "z")
        await driver.sees("taken back")
        assert driver.app.is_running


async def test_an_app_that_just_ends_carries_nothing_out() -> None:
    service = three()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("a")
        driver.app.exit()
    assert service.asked == []


# --- the other verbs


async def test_h_puts_on_hold_until_a_day_with_a_reason() -> None:
    service = three()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("h")
        await driver.sees("Put on hold R-1", "1  tomorrow: 2026-11-23", "before it is due")
        await driver.press("1", "enter")
        await driver.sees("waiting for the supplier")
        await driver.press("1", "enter")
        await driver.sees("⧗ 11-23", "R-1: on hold until 2026-11-23")
    assert service.asked == [
        PutOnHold(a_row(1).seen, date(2026, 11, 23), "waiting for the supplier")
    ]


async def test_a_day_that_cannot_be_is_said_and_nothing_is_held() -> None:
    service = three()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("h")
        await driver.type("2020-01-01")
        await driver.press("enter")
        await driver.sees("2020-01-01 is not after today")
        await driver.press("escape")
        assert service.asked == []


async def test_h_0_ends_a_hold() -> None:
    held = a_row(1)
    service = FakeService([held])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("h", "1", "enter", "1", "enter")
        await driver.sees("⧗ 11-23")
        await driver.press("h")
        await driver.sees("0  end the hold now")
        await driver.press("0", "enter")
        await driver.sees("R-1: released; waiting for a person")
    assert isinstance(service.asked[-1], Release)


async def test_a_marked_set_is_held_each_until_its_own_day_and_what_has_none_is_left_out() -> None:
    service = three()
    service.alter(2, due_date="2026-12-10")
    service.alter(1, due_date="2026-12-20")
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("R", "space", "space", "space", "h", "3", "enter", "4", "enter")
        await driver.sees("Hold 2 invoices", "1 left out", "it has no due date")
        await driver.press("y")
        await driver.until(lambda: len(service.asked) == 2)
    days = {what.until.isoformat() for what in service.asked if isinstance(what, PutOnHold)}
    assert days == {"2026-12-08", "2026-12-18"}


async def test_b_sends_back_with_a_question() -> None:
    service = FakeService([a_row(1, holds=(CHANGED_BANK,))])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("b", "enter")
        await driver.sees("sending back needs the question")
        await driver.press("4", "enter")
        await driver.sees("R-1: sent back by ann: ")
    question = "has the supplier confirmed the bank account by telephone?"
    assert service.asked == [SendBack(a_row(1).seen, question)]


async def test_a_note_is_added_and_the_request_can_still_be_decided() -> None:
    service = three()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("c")
        await driver.type("asked Otto")
        await driver.press("enter")
        await driver.sees("R-1: note added")
        await driver.until(lambda: not driver.session.inbox.progress)
        await driver.press("r", "1", "enter")
        await driver.until(lambda: len(service.asked) == 2)
    assert service.asked[0] == Comment("inv-1", "asked Otto", asked="interrupt-1")
    assert isinstance(service.asked[1], Reject)
