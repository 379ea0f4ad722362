"""Settings from the environment: empty counts as unset, and nobody lives nowhere."""

import getpass
from pathlib import Path

import pytest

from expense_agent import settings
from expense_agent.errors import StoreUnusable, UsageProblem
from expense_agent.settings import (
    CONFIG_VARIABLE,
    preferences_file,
    read_preferences,
    settings_from,
)

VARIABLES = [value for name, value in vars(settings).items() if name.endswith("_VARIABLE")]


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_variable_counts_as_unset(empty: str) -> None:
    unset = settings_from(None, None, None, environ={})
    assert settings_from(None, None, None, environ=dict.fromkeys(VARIABLES, empty)) == unset
    assert preferences_file(None, {CONFIG_VARIABLE: empty}) == preferences_file(None, {})


@pytest.mark.parametrize("name", [b"\xff", b"\xe2\x80\x8b", b"x" * 1_001, b"ann\x1b[31m"])
def test_a_name_that_cannot_be_recorded_acts_for_nobody(name: bytes) -> None:
    environ = {settings.APPROVER_VARIABLE: name.decode(errors="surrogateescape")}
    with pytest.raises(UsageProblem, match=r"the name of who is acting (is|has)"):
        settings_from(None, None, None, environ=environ)


def test_a_store_that_cannot_be_there_is_said_to_be_unusable() -> None:
    with pytest.raises(StoreUnusable, match="File name too long"):
        settings_from("x" * 300, None, "ann", environ={})


def test_a_folder_of_nobody_is_not_made_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageProblem, match="there is no such home folder"):
        settings_from("~no-such-user/books", None, "ann", environ={})


def test_without_a_home_a_store_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(_: object) -> None:
        raise KeyError

    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", homeless)
    with pytest.raises(UsageProblem, match="there is no home folder"):
        settings_from(None, None, "ann", environ={})
    assert settings_from("/books", None, "ann", environ={}).store == Path("/books")
    assert read_preferences(preferences_file(None, {})) == ({}, [])


def test_a_user_without_a_name_is_known_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert settings_from("/books", None, None, environ={}).approver.startswith("uid ")
