from tests.tui.driving import Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_payment


async def resized(driver: Driver, width: int, height: int) -> None:
    await driver.pilot.resize_terminal(width, height)
    await driver.pilot.pause()


async def test_the_layout_follows_the_window_and_the_cursor_stays_in_sight() -> None:
    service = FakeService([a_row(key) for key in range(1, 101)])
    async with driven(service, (160, 45)) as driver:
        await driver.press(*["pagedown"] * 2)
        key = driver.session.inbox.cursor
        for width, height in ((80, 24), (120, 40), (62, 16), (200, 60), (100, 30)):
            await resized(driver, width, height)
            await driver.sees(f"R-{key} ")
            (line,) = [line for line in driver.text.splitlines() if line.startswith(" >")]
            assert f"R-{key} " in line


async def test_under_60x15_the_window_is_to_be_enlarged_and_nothing_is_decided() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        for size in ((59, 24), (80, 14)):
            await resized(driver, *size)
            await driver.sees("Please enlarge the window")
            assert "R-1" not in driver.text
            await driver.press("a", "e", "r")
            assert service.asked == []
        await resized(driver, 80, 24)
        await driver.press("a")
        await driver.sees("scheduled")


async def test_in_a_window_too_small_a_decision_can_still_be_taken_back() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("z takes it back")
        await resized(driver, 40, 10)
        await driver.sees("z takes back")
        await driver.press("z")
        await resized(driver, 80, 24)
        await driver.sees("approval taken back")
        assert service.asked == []


async def test_q_quits_in_a_window_too_small() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await resized(driver, 40, 10)
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running)


async def test_dialogs_follow_the_window() -> None:
    async with driven(FakeService([a_row(1)]), (160, 45)) as driver:
        await driver.press("r")
        await resized(driver, 60, 15)
        await driver.sees("Reject R-1")
        await resized(driver, 59, 15)
        await driver.sees("Please enlarge the window")


async def test_what_was_resized_behind_another_screen_fits_when_it_is_seen_again() -> None:
    service = FakeService([a_row(1)])
    service.paid = [a_payment(1)]
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        for mode in ("1", "3"):
            await driver.press(mode)
            await driver.until(lambda: "SUPPLIER" in driver.text)
            for size in ((80, 24), (160, 45)):
                await driver.press("enter")
                await driver.sees("[Why here]")
                await resized(driver, *size)
                await driver.press("escape")
                await driver.sees(f"[{mode} ")
                heads, row = (driver.line_of(each) for each in ("SUPPLIER", "Nordwind"))
                assert heads.index("SUPPLIER") == row.index("Nordwind"), mode
