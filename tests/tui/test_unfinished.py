"""A decision is offered by the next start, whatever ended the app before the ledger had it."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expense_agent.domain.approval import Seen
from expense_agent.service import Approve, Edit, PutOnHold, Reject, Release, SendBack
from tests.tui.driving import Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tui import guarded_app
from tui.model.intent import Decision, Intent
from tui.unfinished import Unfinished

ROWS = [a_row(key) for key in range(1, 5)]
DECIDED = (
    Intent(ROWS[0], Approve(ROWS[0].seen)),
    Intent(ROWS[1], Reject(ROWS[1].seen, "not ordered [red]")),
    Intent(ROWS[2], PutOnHold(ROWS[2].seen, date(2026, 12, 1), "wait")),
)
OTHERS = (
    Intent(ROWS[0], SendBack(ROWS[0].seen, "which order?")),
    Intent(ROWS[1], Release(ROWS[1].seen)),
    Intent(ROWS[2], Edit(ROWS[2].seen, {"payable_amount": "80.00"}, "as agreed")),
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
    """Let go of its files without a word, as the kernel does."""
    assert program._files
    while program._files:
        os.close(program._files.pop()._descriptor)


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


async def test_q_forgets_none_of_them_and_the_next_start_asks_again(tmp_path: Path) -> None:
    crashed(tmp_path, *DECIDED)
    for _ in range(2):
        service = FakeService(list(ROWS))
        async with driven(service, waits_for="not carried out", unfinished=on(tmp_path)) as driver:
            await driver.press("q")
            assert "not carried out" not in driver.text
        assert service.asked == []
    assert left_on(tmp_path).keys() == {intent.row.key for intent in DECIDED}


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
    assert left_on(tmp_path) == kept(*DECIDED)


def kept(*intents: Intent) -> dict[int, Decision]:
    return {intent.row.key: intent.what for intent in intents}


def test_every_answer_and_edit_is_kept_as_it_was_given(tmp_path: Path) -> None:
    crashed(tmp_path, *OTHERS)
    assert left_on(tmp_path) == kept(*OTHERS)


def end(driver: Driver) -> None:
    driver.app.end(143)


def fail(driver: Driver) -> None:
    driver.app.call_later(lambda: 1 / 0)


@pytest.mark.parametrize("how", [end, fail])
async def test_what_counted_down_is_offered_however_the_app_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: Callable[[Driver], None]
) -> None:
    monkeypatch.setattr(guarded_app, "write_crash", lambda _error: tmp_path)
    service = FakeService(list(ROWS))
    with contextlib.suppress(ZeroDivisionError):
        async with driven(
            service, grace_seconds=60, waits_for="engine ready", unfinished=on(tmp_path)
        ) as driver:
            await driver.press("a", "j", "r", "1", "enter")
            await driver.sees("R-2: rejection in")
            await driver.press("j", "a", "z")
            await driver.sees("R-3: approval taken back")
            how(driver)
            await driver.until(lambda: not driver.app.is_running)
    assert driver.board.ended(60)
    async with driven(service, waits_for="not carried out", unfinished=on(tmp_path)) as driver:
        assert "2 decisions were not carried out when the program ended" in driver.text
        assert "approve 1, reject 1" in driver.text
        await driver.press("y")
        await driver.until(lambda: len(service.asked) == 2)
        await driver.until(lambda: not driver.session.inbox.running)
    assert files(tmp_path) == []


def test_a_kill_between_two_starts_loses_nothing_and_only_one_program_has_it(
    tmp_path: Path,
) -> None:
    crashed(tmp_path, DECIDED[0])
    second = on(tmp_path)
    assert second.begin("ann") == kept(DECIDED[0])
    third = on(tmp_path)
    assert third.begin("ann") == {}, "the second has taken it over"
    third.made(DECIDED[1:])
    kill(second)  # before anything was asked
    kill(third)
    assert left_on(tmp_path) == kept(*DECIDED)
    last = on(tmp_path)
    last.begin("ann")
    last.over([1, 2, 3])
    last.close()
    assert files(tmp_path) == []


async def test_a_page_that_comes_late_asks_only_about_rows_that_are_not_decided_anew(
    tmp_path: Path,
) -> None:
    crashed(tmp_path, *DECIDED[:2])
    async with driven(FakeService(list(ROWS)), grace_seconds=60, unfinished=on(tmp_path)) as driver:
        await driver.sees("2 decisions were not carried out")
        await driver.press("escape", "a")
        await driver.sees("R-1: approval in")
        driver.board._offering._left = kept(*DECIDED[:2])
        driver.board._offering.offer(DECIDED[:2])
        await driver.sees("1 decision was not carried out", "R-2")
        kill(driver.board._offering._unfinished)  # type: ignore[arg-type]
    assert left_on(tmp_path) == kept(DECIDED[0])


def test_a_disk_that_was_full_costs_only_what_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, usual = on(tmp_path), os.write
    program.begin("ann")
    monkeypatch.setattr(os, "write", lambda file, text: usual(file, text[:20]))
    program.made(DECIDED[:1])
    assert "is full" in program.problem
    monkeypatch.undo()
    program.made(DECIDED[1:])
    assert not program.problem
    kill(program)
    assert left_on(tmp_path) == kept(*DECIDED[1:])


async def test_who_decides_is_told_when_a_decision_would_not_outlive_the_program(
    tmp_path: Path,
) -> None:
    (tmp_path / "state").write_text("a file stands here")
    service = FakeService(list(ROWS))
    async with driven(
        service, (160, 45), grace_seconds=60, waits_for="engine ready", unfinished=on(tmp_path)
    ) as driver:
        await driver.press("a")
        await driver.sees("R-1: approval in 60 s", "not kept if the program ends before")


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands here")
    unfinished = on(tmp_path)
    assert unfinished.begin("ann") == {}
    unfinished.made(DECIDED)
    unfinished.over([1])
    unfinished.close()
