"""Looking closer: raw JSON, copies, a note from an editor; none of it decides anything."""

import json
from pathlib import Path

import pytest

from expense_agent.domain.invisible_chars import UNSAFE
from expense_agent.service import Comment
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_payment
from tests.tui.test_hostile_text import HOSTILE, a_hostile_service
from tui import own_programs
from tui.own_programs import NoEditor, command


async def test_raw_is_all_that_is_stored_as_harmless_json(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def paged(_app: object, text: str) -> str:
        shown.append(text)
        return ""

    monkeypatch.setattr(own_programs, "paged", paged)
    async with driven(a_hostile_service()) as driver:
        await driver.press("O")
        await driver.until(lambda: shown)
    (text,) = shown
    assert not UNSAFE.search(text.replace("\n", ""))
    assert json.loads(text)["id"] == "inv-1"


async def test_the_id_and_the_line_are_handed_to_the_terminal_and_it_is_said_so() -> None:
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        await driver.press("y")
        await driver.sees("sent to the terminal's clipboard: inv-1")
        assert driver.app.clipboard == "inv-1"
        await driver.press("Y")
        assert driver.app.clipboard.startswith("inv-1\tR-1\tNordwind Logistik AG\t1,240.00 EUR\t")


async def test_what_is_copied_carries_no_control_characters() -> None:
    async with driven(a_hostile_service()) as driver:
        await driver.press("Y")
        assert not UNSAFE.search(driver.app.clipboard.replace("\t", ""))


async def test_words_from_the_editor_become_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_programs, "written", lambda _app, about: f"seen, {about}")
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("E")
        await driver.until(lambda: service.asked)
        assert service.asked == [Comment("inv-1", "seen, A note on R-1", asked="interrupt-1")]


async def test_no_words_no_note_and_no_editor_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        monkeypatch.setattr(own_programs, "written", lambda _app, _about: "")
        await driver.press("E")
        await driver.sees("nothing written: no note is added")
        monkeypatch.undo()
        await driver.press("E")
        await driver.sees("an editor cannot be opened from here")
        assert service.asked == []


def test_the_editor_is_the_persons_own_or_a_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "vi"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command({"VISUAL": "vi -n", "EDITOR": "ed"}) == ["vi", "-n"]
    assert command({"VISUAL": "'", "EDITOR": "no-such"}) == ["vi"]
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(NoEditor, match="set EDITOR"):
        command({})


def test_hostile_text_reaches_no_clipboard_test_by_accident() -> None:
    assert UNSAFE.search(HOSTILE), "the tests above would prove nothing"


async def test_w_asks_for_a_file_and_writes_the_evidence_of_the_invoice() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("j", "w")
        await driver.sees("Evidence of inv-2")
        await driver.press("enter")
        await driver.sees("name a file")
        await driver.type("/tmp/pack.md")
        await driver.press("enter")
        await driver.sees("evidence: /tmp/pack.md: 12 bytes")
        assert service.auditor.asked == [("inv-2", Path("/tmp/pack.md"))]


async def test_ctrl_c_ends_nothing_and_says_what_does() -> None:
    async with driven(FakeService([a_row(1)]), waits_for="engine ready") as driver:
        await driver.press("ctrl+c")
        await driver.sees("q quits; decisions on their way are finished first")


async def test_looking_closer_works_on_an_invoice_that_waits_for_nobody() -> None:
    service = FakeService([a_row(1)])
    service.paid = [a_payment(1)]
    async with driven(service, (120, 40)) as driver:
        service.answer(1, "approve", "bob")
        await driver.press("3")
        await driver.sees("1 listed")
        await driver.press("enter")
        await driver.sees("invoice    R-1")
        await driver.press("y")
        await driver.sees("sent to the terminal's clipboard: inv-1")
        await driver.press("Y")
        await driver.sees("y copies the id")
        await driver.press("a")
        await driver.sees("cannot approve: it is ")
