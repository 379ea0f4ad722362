import asyncio
import signal
import stat
from pathlib import Path

import pytest

from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tui import guarded_app
from tui.ending import told_by_signals, write_crash


def broken(account: str) -> None:
    secret = f"account {account}"
    raise ZeroDivisionError(len(secret))


def test_a_crash_log_has_the_traceback_but_no_variables(tmp_path: Path) -> None:
    account = "DE" + "89370400440532013000"
    with pytest.raises(ZeroDivisionError) as caught:
        broken(account)
    path = write_crash(caught.value, tmp_path)
    text = path.read_text()
    assert "ZeroDivisionError" in text
    assert "in broken" in text
    assert account not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_crashes_are_two_files(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    assert write_crash(ValueError(), folder) != write_crash(ValueError(), folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_mistake_of_ours_ends_the_app_with_code_1_and_names_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guarded_app, "write_crash", lambda error: write_crash(error, tmp_path))
    account = "DE" + "89370400440532013000"

    async def a_run_that_breaks() -> None:
        async with driven(FakeService([a_row(1)])) as driver:
            driver.app.call_later(lambda: broken(account))
            await driver.until(lambda: driver.app.return_code)

    with pytest.raises(ZeroDivisionError):
        await a_run_that_breaks()
    said = capfd.readouterr().err
    assert "mistake of its own (ZeroDivisionError)" in said
    assert f"The traceback is in {tmp_path}" in said.replace("\n", "")
    assert account not in said


def test_signals_are_told_by_the_shells_codes_and_have_their_usual_effect_afterwards() -> None:
    told: list[int] = []
    usual = signal.getsignal(signal.SIGTERM)
    with told_by_signals(told.append):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.raise_signal(number)
    assert told == [128 + 15, 128 + 1, 128 + 2]
    assert signal.getsignal(signal.SIGTERM) == usual


async def test_without_a_terminal_of_its_own_it_does_not_look_for_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[bool] = []

    def gone() -> bool:
        looked.append(True)
        return False

    monkeypatch.setattr(guarded_app, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(guarded_app, "has_terminal", gone)
    async with driven(FakeService([a_row(1)])) as driver:
        await asyncio.sleep(0.1)
        await driver.press("j")
        assert looked == []
        assert driver.app.is_running
