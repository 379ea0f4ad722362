"""A session's legacy for the next one of the same store."""

import json
import os
from pathlib import Path

import pytest

from expense_agent.views import VIEWS
from tests.tui.driving import driven
from tests.tui.fake_service import CHANGED_BANK, FakeService, a_row
from tui.choices import Memory
from tui.model.inbox import Inbox
from tui.model.look import Look


def a_service() -> FakeService:
    return FakeService([a_row(1), a_row(2, holds=(CHANGED_BANK,)), a_row(3), a_row(4, "20000.00")])


def memory(folder: Path, store: str = "store") -> Memory:
    return Memory(folder / store, folder / "state" / "sessions.json")


async def test_the_next_session_begins_where_the_last_one_ended(tmp_path: Path) -> None:
    async with driven(a_service(), (120, 40), memory=memory(tmp_path)) as driver:
        await driver.press("t", "t")
        await driver.sees("grouped by: hold [supplier]")
        await driver.press("s")
        await driver.sees("ordered by due")
        await driver.press("slash")
        await driver.type("amount>1000")
        await driver.press("enter")
        await driver.sees("/ amount>1000")
        await driver.press("j", "j")
        at = driver.session.inbox.cursor
    async with driven(a_service(), (120, 40), memory=memory(tmp_path)) as driver:
        await driver.sees("/ amount>1000", "by supplier, ordered by due")
        assert driver.session.inbox.cursor == at != 2
    file = tmp_path / "state" / "sessions.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Nordwind" not in file.read_text()


async def test_folds_are_remembered_and_marks_are_not(tmp_path: Path) -> None:
    async with driven(a_service(), group="hold", memory=memory(tmp_path)) as driver:
        await driver.press("f")
        await driver.sees("+ account changed")
        await driver.press("space")
        await driver.sees("1 marked")
    async with driven(a_service(), group="hold", memory=memory(tmp_path)) as driver:
        await driver.sees("+ account changed")
        assert not driver.session.inbox.marks


def test_every_store_has_a_memory_of_its_own(tmp_path: Path) -> None:
    inbox = Inbox()
    inbox.loaded = True
    inbox.look = Look(VIEWS[1])
    memory(tmp_path, "one").keep(inbox)
    other = Inbox()
    memory(tmp_path, "two").recall(other, VIEWS)
    assert other.look == Look()
    memory(tmp_path, "one").recall(other, VIEWS)
    assert other.look.view == VIEWS[1]


@pytest.mark.parametrize(
    "change",
    [
        {"view": "gone"}, {"sort": "colour"}, {"group": 7}, {"filter": "vendor:x"},
        {"folds": [["hold"]]}, {"cursor": "first"},
    ],
)  # fmt: skip
def test_what_means_nothing_any_more_is_forgotten(
    tmp_path: Path, change: dict[str, object]
) -> None:
    inbox = Inbox()
    inbox.loaded = True
    inbox.look = Look(VIEWS[1])
    mind = memory(tmp_path)
    mind.keep(inbox)
    file = tmp_path / "state" / "sessions.json"
    kept = json.loads(file.read_text())
    (store,) = kept
    file.write_text(json.dumps({store: {**kept[store], **change}}))
    other = Inbox()
    mind.recall(other, VIEWS)
    assert (other.look, other.folds, other.cursor) == (Look(), {}, None)


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, "no json", '{"x": 1}'])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "state" / "sessions.json"
    file.parent.mkdir()
    file.write_text(text)
    inbox = Inbox()
    memory(tmp_path).recall(inbox, VIEWS)
    assert inbox.look == Look()


@pytest.mark.timeout(30)
def test_what_is_no_file_is_as_good_as_none_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    os.mkfifo(tmp_path / "state" / "sessions.json")
    inbox = Inbox()
    memory(tmp_path).recall(inbox, VIEWS)
    assert inbox.look == Look()


def test_a_list_that_never_came_leaves_no_trace(tmp_path: Path) -> None:
    memory(tmp_path).keep(Inbox())
    assert not (tmp_path / "state").exists()
