"""The title of the terminal's window."""

import io
import sys
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from textual.app import App

from tui.model.inbox import Inbox
from tui.widgets.header_line import TerminalTitle


@dataclass
class ADriver:
    is_headless: bool = False
    is_web: bool = False
    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.written.append(text)


class ATerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "__stderr__", ATerminal())


def a_title(driver: ADriver, inbox: Inbox | None = None) -> TerminalTitle:
    @dataclass
    class AnApp:
        _driver: ADriver

    return TerminalTitle(cast("App[Any]", AnApp(driver)), inbox or Inbox())


def test_it_is_kept_once_said_when_it_changes_and_given_back() -> None:
    driver, inbox = ADriver(), Inbox()
    shown = a_title(driver, inbox)
    shown.follow()
    inbox.loaded = True
    for count in (3, 3, 1200):
        inbox.listing = replace(inbox.listing, waiting=count)
        shown.follow()
    shown.give_back()
    shown.give_back()
    assert driver.written == [
        "\x1b[22;2t\x1b]2;expense-agent\x1b\\",
        "\x1b]2;3 waiting - expense-agent\x1b\\",
        "\x1b]2;1,200 waiting - expense-agent\x1b\\",
        "\x1b]2;\x1b\\\x1b[23;2t",
    ]


def test_nothing_in_it_can_end_it_early() -> None:
    driver = ADriver()
    a_title(driver).say("a\x07b\x1b\\c\x9cd\u202ee")
    (written,) = driver.written
    said = written.removeprefix("\x1b[22;2t\x1b]2;").removesuffix("\x1b\\")
    assert said.isprintable()


@pytest.mark.parametrize("driver", [ADriver(is_headless=True), ADriver(is_web=True)])
def test_without_a_terminal_nothing_is_written(driver: ADriver) -> None:
    a_title(driver).say("3 waiting")
    a_title(driver).give_back()
    assert driver.written == []


@pytest.mark.parametrize("term", ["dumb", "linux", ""])
def test_a_terminal_without_a_title_is_left_alone(
    term: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    driver = ADriver()
    a_title(driver).say("3 waiting")
    assert driver.written == []


def test_output_that_goes_elsewhere_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    driver = ADriver()
    a_title(driver).say("3 waiting")
    assert driver.written == []
