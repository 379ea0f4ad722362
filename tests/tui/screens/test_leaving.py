import pytest

from expense_agent.service import SupplierHistory
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_headline, a_row
from tests.tui.screens.test_confirming import NEW


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


@pytest.mark.parametrize(
    ("keys", "above"),
    [
        (["enter"], "DetailScreen"),
        (["equals_sign"], "CompareScreen"),
        (["enter", "equals_sign"], "CompareScreen"),
        (["S"], "StepsScreen"),
        (["comma"], "PolicyScreen"),
        (["question_mark"], "HelpScreen"),
        (["question_mark", "p"], "PagesScreen"),
        (["3", "P"], "PayRunScreen"),
    ],
)
async def test_q_on_a_page_above_another_goes_back(keys: list[str], above: str) -> None:
    service = FakeService([a_row(1), a_row(2)])
    service.pasts["inv-1"] = SupplierHistory((a_headline(a_row(2)),))
    async with driven(service) as driver:
        await driver.press(*keys)
        await driver.until(lambda: type(driver.app.screen).__name__ == above)
        below = driver.app.screen_stack[-2]
        await driver.press("q")
        await driver.until(lambda: driver.app.screen is below)
        assert driver.app.is_running


async def test_q_asks_before_marks_are_lost_and_esc_keeps_them() -> None:
    async with driven(FakeService([a_row(1), a_row(2)])) as driver:
        await driver.press("space", "q")
        await driver.sees("1 invoice is marked. Marks are lost when the app closes.", "y Leave")
        await driver.press("escape")
        await driver.sees("1 marked")
        await driver.press("q", "y")
        await driver.until(lambda: not driver.app.is_running)


async def test_q_asks_before_marks_of_the_categories_are_lost() -> None:
    service = FakeService([a_row(1)])
    service.category_desk.unsure = [NEW]
    async with driven(service) as driver:
        await driver.press("C")
        await driver.sees("1 listed")
        await driver.press("space", "q")
        await driver.sees("1 invoice is marked.")


async def test_a_set_withdrawn_while_leaving_is_not_asked_about_again() -> None:
    service = FakeService([a_row(1), a_row(2), a_row(3)])
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("space", "space", "a", "y", "space", "q")
        await driver.sees("2 decisions are still counting down", "1 invoice is marked.")
        await driver.press("u")
        await driver.until(lambda: not driver.app.is_running)
    assert service.asked == []
