from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row


async def test_q_leaves_at_once_when_nothing_is_being_written() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running)
    assert driver.service.closed


async def test_q_waits_for_running_decisions_and_then_leaves() -> None:
    service = FakeService([a_row(1), a_row(2)])
    let_go = service.hold_back("inv-1")
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("1/4")
        await driver.press("q")
        await driver.sees("1 decision is still being written.")
        let_go()
        await driver.until(lambda: not driver.app.is_running)
    assert service.rows([1])[0].status == "approve"
    assert service.closed


async def test_esc_stays_while_decisions_are_running() -> None:
    service = FakeService([a_row(1), a_row(2)])
    let_go = service.hold_back("inv-1")
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("1/4")
        await driver.press("q", "q", "escape", "j")
        assert driver.session.inbox.cursor == 2
        let_go()
        await driver.sees("✓ sched")
        assert driver.app.is_running


async def test_a_decision_still_running_when_the_app_is_gone_is_carried_out() -> None:
    service = FakeService([a_row(1)])
    let_go = service.hold_back("inv-1")
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("1/4")
        driver.app.exit()
        let_go()
    assert service.rows([1])[0].status == "approve"


async def test_news_that_come_once_leaving_is_done_change_nothing() -> None:
    service = FakeService([a_row(1), a_row(2)])
    let_go = service.hold_back("inv-1")
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("1/4")
        await driver.press("q")
        await driver.sees("1 decision is still being written.")
        driver.session.inbox.progress.clear()
        for _ in range(2):  # both are on their way before the page has heard of the first
            driver.session.changed.publish(None)
        let_go()
        await driver.until(lambda: not driver.app.is_running)
    assert driver.app.return_code == 0
