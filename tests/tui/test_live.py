"""Events elsewhere are seen without a key: the strip, the log, the watchdog."""

from datetime import timedelta

from expense_agent.service import Refused, TrailPage, TrailQuery
from tests.tui.driving import CLOCK, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import an_event
from tests.tui.test_hostile_text import HOSTILE, assert_inert


def a_service() -> FakeService:
    service = FakeService([a_row(1), a_row(2)])
    service.events = [an_event(1, "scheduled", invoice_id="inv-9", amount="240.00 EUR")]
    return service


async def test_a_wide_window_shows_what_others_do_within_a_poll() -> None:
    service = a_service()
    async with driven(service, (160, 45)) as driver:
        await driver.sees("agent  scheduled  inv-9  amount 240.00 EUR")
        service.events.append(an_event(2, "approve", actor="bob", invoice_id="inv-8"))
        service.add(a_row(3))
        await driver.poll()
        await driver.sees("bob  approve  inv-8")


async def test_a_decision_on_its_way_streams_its_steps_in_the_strip() -> None:
    service = a_service()
    let_go = service.hold_back("inv-1")
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("now       R-1: approval submitted")
        let_go()
        await driver.until(lambda: "now       R-1" not in driver.text)


async def test_a_narrow_window_reads_no_trail_for_a_strip_it_does_not_show() -> None:
    service = a_service()
    asked: list[TrailQuery] = []

    def trail(query: TrailQuery) -> TrailPage:
        asked.append(query)
        return TrailPage((), None)

    service.trail = trail  # type: ignore[method-assign]
    async with driven(service, (120, 40)) as driver:
        service.add(a_row(3))
        await driver.poll()
        await driver.sees("+1 new")
        assert asked == []


async def test_how_decisions_ended_stands_in_the_log_with_their_invoice() -> None:
    service = a_service()
    service.script("inv-2", Refused("inv-2", "bob has decided it"))
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("R-1: scheduled")
        await driver.press("j", "a")
        await driver.sees("bob has decided it")
        await driver.press("4", "right_square_bracket")
        await driver.sees("[Told in this run 2]", "R-1: scheduled", "R-2: bob has decided it")
        await driver.press("enter")
        await driver.sees("invoice    R-2")


async def test_a_decision_of_which_nothing_is_heard_is_told_with_what_to_do() -> None:
    service = a_service()
    let_go = service.hold_back("inv-1")
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("R-1: approval submitted")
        driver.session.now = lambda: CLOCK + timedelta(seconds=30)
        driver.board.decisions.tick()
        await driver.sees("no news for 30 s")
        let_go()
        await driver.sees("R-1: scheduled")


async def test_hostile_text_in_events_and_notices_is_inert() -> None:
    service = a_service()
    service.events.append(an_event(2, HOSTILE, actor=HOSTILE, invoice_id=HOSTILE, note=HOSTILE))
    service.script("inv-1", Refused("inv-1", HOSTILE))
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.sees("[red]Q")
        assert_inert(driver)
        await driver.press("a")
        await driver.sees("was not recorded")
        await driver.press("4")
        await driver.sees("2 events")
        assert_inert(driver)
        await driver.press("right_square_bracket")
        await driver.sees("[Told in this run 1]")
        assert_inert(driver)
