"""What a crash has cut off between a key and the ledger is offered again, never carried out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from expense_agent.domain.approval import Seen
from expense_agent.service import Approve, Park, Reject
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tui.model.intent import Decision, Intent
from tui.unfinished import Unfinished

ROWS = [a_row(key) for key in range(1, 5)]
DECIDED = (
    Intent(ROWS[0], Approve(ROWS[0].seen)),
    Intent(ROWS[1], Reject(ROWS[1].seen, "not ordered [red]")),
    Intent(ROWS[2], Park(ROWS[2].seen, date(2026, 12, 1), "wait")),
)


def on(folder: Path) -> Unfinished:
    return Unfinished(folder / "store", folder / "state")


def crashed(folder: Path, *decided: Intent, by: str = "ann") -> None:
    """Decide, and end as a killed program does: nothing is tidied up, its lock is gone."""
    killed = on(folder)
    assert killed.begin(by) == {}
    killed.made(decided)
    kill(killed)


def kill(program: Unfinished) -> None:
    assert program._file
    program._file.close()
    program._file = None


def left_on(folder: Path, by: str = "ann") -> dict[int, Decision]:
    program = on(folder)
    left = program.begin(by)
    program.close()
    return left


def files(folder: Path) -> list[Path]:
    return list((folder / "state").iterdir())


async def test_what_was_cut_off_is_offered_and_carried_out_on_y(tmp_path: Path) -> None:
    crashed(tmp_path, *DECIDED)
    service = FakeService(list(ROWS))
    async with driven(service, waits_for="not carried out", unfinished=on(tmp_path)) as driver:
        assert "3 decisions were not carried out when the program ended" in driver.text
        assert "approve 1, reject 1, hold 1" in driver.text
        assert "R-2" in driver.line_of("not ordered [red]")
        assert service.asked == []
        await driver.press("y")
        await driver.until(lambda: len(service.asked) == 3)
        assert set(service.asked) == {intent.what for intent in DECIDED}
        await driver.until(lambda: not driver.session.inbox.running)
    assert files(tmp_path) == []


async def test_esc_forgets_them_for_good(tmp_path: Path) -> None:
    crashed(tmp_path, *DECIDED)
    for offered in (True, False):
        service = FakeService(list(ROWS))
        async with driven(service, waits_for="engine ready", unfinished=on(tmp_path)) as driver:
            assert ("not carried out" in driver.text) is offered
            await driver.press(*["escape"] * offered)
        assert service.asked == []
    assert files(tmp_path) == []


async def test_an_offer_that_was_not_answered_is_made_again(tmp_path: Path) -> None:
    crashed(tmp_path, *DECIDED)
    left = on(tmp_path)
    async with driven(FakeService(list(ROWS)), unfinished=left) as driver:
        await driver.sees("3 decisions were not carried out")
        kill(left)  # with the page open
    async with driven(FakeService(list(ROWS)), unfinished=on(tmp_path)) as driver:
        await driver.sees("3 decisions were not carried out")


async def test_what_was_answered_or_has_changed_since_is_not_offered(tmp_path: Path) -> None:
    crashed(tmp_path, *DECIDED)
    changed = replace(ROWS[0], seen=Seen("inv-1", ROWS[0].seen.interrupt_id, "another"))
    rows = [changed, replace(ROWS[1], status="reject"), ROWS[2]]
    async with driven(FakeService(rows), unfinished=on(tmp_path)) as driver:
        await driver.sees("1 decision was not carried out", "hold 1")
        await driver.press("escape")


async def test_what_was_taken_back_or_recorded_is_not_offered(tmp_path: Path) -> None:
    running = on(tmp_path)
    service = FakeService(list(ROWS))
    async with driven(
        service, grace_seconds=60, waits_for="engine ready", unfinished=running
    ) as driver:
        await driver.press("a", "z")
        await driver.sees("taken back")
        await driver.press("j", "a")
        await driver.sees("R-2: approval in")
        driver.session.inbox.grace._clock = lambda: 1e9
        await driver.until(lambda: service.asked and not driver.session.inbox.running)
        kill(running)
    assert left_on(tmp_path) == {}


def test_nobody_is_offered_what_another_person_or_a_living_program_decides(tmp_path: Path) -> None:
    crashed(tmp_path, DECIDED[0], by="bob")
    mine = on(tmp_path)
    assert mine.begin("ann") == {}
    mine.made(DECIDED[1:])
    assert left_on(tmp_path) == {}, "ann's program lives: its file is locked"
    assert left_on(tmp_path, "bob") == {1: DECIDED[0].what}
    other_store = Unfinished(tmp_path / "other", tmp_path / "state")
    assert other_store.begin("ann") == {}
    other_store.close()
    kill(mine)


def test_a_line_cut_off_by_the_crash_costs_only_itself(tmp_path: Path) -> None:
    crashed(tmp_path, *DECIDED)
    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text(file.read_text() + '{"key": 4, "verb": "appr')
    assert left_on(tmp_path) == {intent.row.key: intent.what for intent in DECIDED}


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands here")
    unfinished = on(tmp_path)
    assert unfinished.begin("ann") == {}
    unfinished.made(DECIDED)
    unfinished.over([1])
    unfinished.close()
