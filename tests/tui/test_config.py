"""A person's own file: keys, theme and views; what is wrong in it is told and the rest holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.service import Approve
from expense_agent.views import VIEWS
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tui.choices import Config, read_config
from tui.key_table import KEYS
from tui.keymap import use


@pytest.fixture(autouse=True)
def usual_keys() -> Iterator[None]:
    yield
    use(KEYS)


def config(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert read_config(tmp_path / "config.toml") == Config()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[keys]\n"decide.aprove" = "A"', "keys: there is no 'decide.aprove'"),
        ('[keys]\n"decide.approve" = "r"', "queue: r is both decide.approve and decide.reject"),
        ('[keys]\n"decide.approve" = "/"', "queue: slash is both decide.approve and queue.filter"),
        ('[keys]\n"decide.approve" = "enter"', "approving is never on enter"),
        ('[keys]\n"decide.approve" = "A,space"', "approving is never on space"),
        ('[keys]\n"decide.approve" = "A,"', "'A,' names no key"),
        ('[keys]\n"decide.approve" = 7', "keys: write"),
        ("[kees]", "no section 'kees'; there are theme, keys, views"),
        ("theme = ", "cannot be read"),
        ("theme = 7", "theme: write its name as text"),
        ('[[views]]\nname = "nord"\nfilter = "amount>lots"', "view 1: amount>lots"),
        ('[[views]]\nname = "mine"', "view 1: the name 'mine' is taken"),
        ('[[views]]\nfilter = "x"', "view 1: it needs a name"),
        ('[[views]]\nname = "x"\nsort = "colour"', "view 1: sort is one of holds, due"),
        ('[[views]]\nname = "x"\ncolour = "red"', "view 1: no field 'colour'"),
        ('[views]\nname = "x"', "write each as [[views]]"),
    ],
)
def test_a_mistake_is_named_and_the_usual_choice_holds(
    tmp_path: Path, text: str, problem: str
) -> None:
    read = config(tmp_path, text)
    assert any(problem in said for said in read.problems), read.problems
    assert (read.keys, read.views) == (KEYS, VIEWS)


async def test_a_key_of_ones_own_takes_the_place_of_the_usual_one(tmp_path: Path) -> None:
    service = FakeService([a_row(1), a_row(2)])
    mine = config(tmp_path, '[keys]\n"decide.approve" = "ctrl+t,f9,#"')
    assert mine.problems == ()
    async with driven(service, config=mine, waits_for="engine ready") as driver:
        await driver.sees("^t Approve")
        await driver.press("a")
        assert service.asked == []
        await driver.press("ctrl+t")
        await driver.until(lambda: service.asked)
        assert service.asked == [Approve(a_row(1).seen)]
        await driver.press("question_mark")
        await driver.sees("^t F9 #", "approve the marked invoices")


async def test_a_mistake_is_told_when_the_app_opens(tmp_path: Path) -> None:
    mine = config(tmp_path, '[keys]\n"decide.approve" = "r"\n')
    async with driven(FakeService([a_row(1)]), (160, 45), config=mine) as driver:
        await driver.sees("config.toml: keys: queue: r is both decide.approve and decide.reject")
        await driver.sees("a Approve")


async def test_a_theme_that_does_not_exist_is_told(tmp_path: Path) -> None:
    mine = config(tmp_path, 'theme = "expense-hx"')
    async with driven(FakeService([a_row(1)]), (160, 45), config=mine) as driver:
        await driver.sees("no theme 'expense-hx'; there are")
        assert driver.app.theme == "textual-dark"


async def test_views_of_ones_own_stand_behind_the_others(tmp_path: Path) -> None:
    text = '[[views]]\nname = "nord"\nfilter = "supplier:nord"\ngroup = "none"'
    service = FakeService([a_row(1), a_row(2, supplier="Contoso")])
    mine = config(tmp_path, text)
    async with driven(service, (120, 40), config=mine) as driver:
        await driver.sees("Nord 1")
        await driver.press("left_square_bracket")
        await driver.sees("[Nord 1]", "R-1 ")
        assert "R-2 " not in driver.text
