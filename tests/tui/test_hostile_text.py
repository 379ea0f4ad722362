"""Supplier text on every screen: literal, inert, visible; never raw on the terminal."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.domain.invisible_chars import UNSAFE
from expense_agent.domain.policy import Hold
from expense_agent.service import (
    ImportProblem,
    ImportReport,
    KnownAccount,
    Refused,
    SupplierHistory,
)
from tests.tui.driving import SIZES, Driver, driven
from tests.tui.fake_service import FakeService, a_headline, a_row
from tests.tui.records import a_payment

MARKUP = "[red]Quartz[/red] [@click=app.quit]pay[/] [/] [bold"
CONTROLS = "Evil\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\r\n\u202etxet\u200b\u2066\x00Co"
HOSTILE = f"{MARKUP} {CONTROLS}"
HOLD = Hold("deceptive_text", "block", f"the name holds {HOSTILE}", (f"evidence {HOSTILE}",))


def a_hostile_service() -> FakeService:
    row = replace(
        a_row(1, supplier=HOSTILE, number=f"N{HOSTILE}", category=HOSTILE, holds=(HOLD,)),
        approved_by=(HOSTILE,),
        why_not=None,
    )
    service = FakeService([row, replace(row, key=2)], approver=f"ann{CONTROLS}")
    service.line_text = HOSTILE
    return service


def assert_inert(driver: Driver) -> None:
    assert driver.app.is_running
    for line in driver.text.splitlines():
        assert not UNSAFE.search(line), ascii(line)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_shown_literally_and_the_app_lives(size: tuple[int, int]) -> None:
    async with driven(a_hostile_service(), size) as driver:
        await driver.sees("[red]Q")
        assert_inert(driver)
        for keys in (
            ("enter",),
            ("G",),
            ("escape", "a"),
            ("escape", "e"),
            ("escape", "r"),
            ("escape", "space", "space", "a"),
            ("escape", "u", "question_mark"),
        ):
            await driver.press(*keys)
            assert_inert(driver)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_inert_in_every_mode_and_side_by_side(
    size: tuple[int, int], tmp_path: Path
) -> None:
    service = a_hostile_service()
    service.paid = [a_payment(1, supplier=HOSTILE, approved_by=(HOSTILE,), invoice_id=HOSTILE)]
    past = SupplierHistory(
        (a_headline(a_row(2, supplier=HOSTILE, number=HOSTILE)),),
        (KnownAccount(HOSTILE, HOSTILE, "2026-01-01T00:00:00Z"),),
    )
    service.pasts = {"inv-1": past}
    problem = ImportProblem(HOSTILE, HOSTILE, HOSTILE)
    service.report = ImportReport(problems=[problem], notes=[problem], ids=["inv-1", HOSTILE])
    evil = tmp_path / "[red]\x1b]52;c;aGk=\x07.csv"
    evil.write_text("")
    async with driven(service, size) as driver:
        await driver.until(lambda: driver.session.engine == "ready")
        for keys in (
            ("enter",),
            ("G",),
            ("equals_sign",),
            ("escape", "escape"),
            ("3",),
            ("2", "i"),
        ):
            await driver.press(*keys)
            assert_inert(driver)
        await driver.type(f"{tmp_path}/")
        await driver.sees("]52;c;aGk=")
        assert_inert(driver)
        await driver.press("tab", "enter")
        await driver.sees("done")
        for _view in range(4):
            await driver.press("right_square_bracket")
            assert_inert(driver)
        await driver.press("right_square_bracket", "enter")
        assert_inert(driver)


async def test_the_whole_name_stands_in_the_sheet_controls_made_visible() -> None:
    async with driven(a_hostile_service(), (160, 45)) as driver:
        await driver.press("enter")
        await driver.sees("[@click=app.quit]pay[/]", "␛", "⟨RLO⟩")
        assert_inert(driver)


async def test_a_click_on_an_action_in_a_name_runs_nothing() -> None:
    async with driven(a_hostile_service(), (160, 45)) as driver:
        await driver.press("enter")
        await driver.sees("pay[/]")
        for y, line in enumerate(driver.text.splitlines()):
            if "pay[/]" in line:
                await driver.pilot.click(offset=(line.index("pay[/]"), y))
        assert driver.app.is_running


async def test_a_hostile_reason_of_the_engine_is_inert_on_the_status_line() -> None:
    service = a_hostile_service()
    service.script("inv-1", Refused("inv-1", HOSTILE))
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.press("r", "1", "enter")
        await driver.sees("was not recorded")
        assert_inert(driver)


async def test_the_guard_cleans_what_a_widget_draws_unsafely() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        (guard,) = [f for f in driver.app.get_line_filters() if type(f).__name__ == "ControlGuard"]
        assert guard.enabled


DRAWING = {"Static", "Label", "Button", "Option", "update", "notify"}


def test_no_screen_builds_markup_from_text() -> None:
    """Drawn text is Content, or a literal: f-strings and sums could carry supplier text."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in Path("tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in DRAWING
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args)
    ]
    assert found == []
