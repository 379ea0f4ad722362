"""Late answers, keys and ends of dialogs may find their screen unbuilt or gone."""

import ast
import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import Input, OptionList

import tui
from expense_agent.service import Reject, SupplierHistory
from tests.tui.driving import Driver, a_running_app, driven
from tests.tui.fake_service import FakeService, a_headline, a_row
from tui.choices import Choices
from tui.screens.page import Dialog
from tui.widgets.edit_rows import EditRow

LATE = {"call_after_refresh", "call_later", "call_next", "subscribe", "set_interval"}
OPENS = {"push_screen", "pop_screen", "switch_screen"}
ALLOWED = {
    ("screens/page.py", "push_screen"),
    ("screens/queue_screen.py", "subscribe"),  # drawn at once, with its key; never removed
    ("screens/edit_screen.py", "set_interval"),  # asks the store; the answer comes in turn
    ("widgets/queue_table.py", "set_interval"),  # draws anew, no more
}
CHARACTERS = {"slash": "/", "enter": "\r", "question_mark": "?"}


async def burst(driver: Driver, *keys: str) -> None:
    """Press keys before the first of them is looked at."""
    for key in keys:
        character = key if len(key) == 1 else CHARACTERS.get(key)
        driver.app.post_message(Key(key, character))
    await driver.pilot.pause()


def screens(driver: Driver) -> list[str]:
    return [type(screen).__name__ for screen in driver.app.screen_stack]


@pytest.mark.parametrize("key", ["s", "t", "right_square_bracket"])
async def test_a_key_held_while_it_starts_starts_the_engine_once(key: str) -> None:
    service = FakeService([a_row(1)])
    let_go = service.hold_back("listing")
    async with a_running_app(lambda: service, Choices(), (80, 24)) as (app, board, pilot):
        driver = Driver(app, board, pilot, service)
        await driver.until(lambda: board.engine)
        await burst(driver, *[key] * 3)
        let_go()
        await driver.sees("engine ready")


@pytest.fixture
def slow_building(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything but the queue be built as slowly as on a busy machine."""

    for built in (Dialog, EditRow):

        async def compose(self: Any, usual: Any = built._compose) -> None:
            await asyncio.sleep(0.05)
            await usual(self)

        monkeypatch.setattr(built, "_compose", compose)


@pytest.mark.usefixtures("slow_building")
async def test_keys_act_on_a_screen_only_once_it_is_built() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("e")
        await driver.until(lambda: isinstance(driver.app.focused, Input))
        await driver.press("escape")
        await burst(driver, "r", *"not ours", "enter")
        await driver.until(lambda: service.asked)
    assert service.asked == [Reject(a_row(1).seen, "not ours")]


async def test_enter_pressed_twice_ends_one_dialog_only() -> None:
    async with driven(FakeService([a_row(1)]), waits_for="engine ready") as driver:
        await driver.press("enter")
        await driver.sees("supplier   Nordwind")
        await driver.press("c")
        await driver.type("a note")
        field = driver.app.focused
        assert isinstance(field, Input)
        for _ in range(3):
            field.post_message(Input.Submitted(field, "a note"))
        await driver.sees("note added")
        assert screens(driver) == ["QueueScreen", "DetailScreen"]


async def test_help_and_quitting_stand_in_front_once_however_often_they_are_asked_for() -> None:
    async with driven(
        FakeService([a_row(1)]), grace_seconds=60, waits_for="engine ready"
    ) as driver:
        await burst(driver, "question_mark", "question_mark", "question_mark")
        await driver.until(lambda: screens(driver) == ["QueueScreen", "HelpScreen"])
        await driver.press("escape")
        await driver.press("a")
        await burst(driver, "q", "q")
        await driver.until(lambda: screens(driver) == ["QueueScreen", "LeavingScreen"])
        await driver.press("u")
        await driver.until(lambda: not driver.app.is_running)


async def test_a_path_that_was_picked_is_the_one_on_the_line_whatever_is_listed_by_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    async with driven(FakeService([a_row(1)]), waits_for="engine ready") as driver:
        await driver.press("2", "i")
        await driver.sees("b.csv")
        options = driver.app.screen.query_one(OptionList)
        picked = OptionList.OptionSelected(options, options.get_option_at_index(1), 1)
        (tmp_path / "b.csv").unlink()
        await driver.type("a")
        await driver.until(lambda: options.option_count == 1)
        options.post_message(picked)
        await driver.until(lambda: driver.app.screen.query(Input).first().value == "b.csv")


async def test_what_is_read_late_opens_nothing_over_another_screen() -> None:
    service = FakeService([a_row(1), a_row(2)])
    service.pasts["inv-1"] = SupplierHistory((a_headline(a_row(2)),))
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("equals_sign")
        await driver.until(lambda: screens(driver) == ["QueueScreen", "CompareScreen"])
        await driver.press("escape")
        let_go = service.hold_back("reading")
        await burst(driver, "equals_sign", "question_mark")
        await driver.until(lambda: screens(driver) == ["QueueScreen", "HelpScreen"])
        let_go()
        await driver.pilot.pause(0.1)
        assert screens(driver) == ["QueueScreen", "HelpScreen"]


def test_screens_and_widgets_do_late_work_in_turn_and_open_screens_one_way() -> None:
    root = Path(tui.__file__).parent
    found = {
        (str(path.relative_to(root)), node.attr)
        for path in [
            *(p for part in ("keys", "screens", "widgets") for p in root.glob(f"{part}/*.py"))
        ]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in LATE | OPENS
    }
    assert found == ALLOWED
