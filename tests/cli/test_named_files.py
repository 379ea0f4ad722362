"""Files named by options or arguments: anything may be; what is no file is told at once."""

import os
from pathlib import Path

import pytest

from expense_agent.settings import read_preferences
from tests.cli.shell import Shell

pytestmark = pytest.mark.timeout(30)

TABLE = "number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n"
COMMANDS = (
    "read NAME",
    "import NAME",
    "read good.csv --mapping NAME",
    "import good.csv --mapping NAME",
    "--policy NAME queue",
    "policy check NAME",
    "--categories NAME categories",
    "suppliers import NAME",
    "categories learn NAME",
    "attach ID NAME",
)
NO_FILES = ("pipe", "/dev/zero", "/proc/kmsg", "folder")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder", "below").mkdir(parents=True)
    Path("good.csv").write_text(TABLE, "utf-8")
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_file_is_refused_by_its_name(filled: Shell, command: str) -> None:
    over = filled.ids()["OVER"]
    for name in NO_FILES:
        if name == "folder" and command in {"read NAME", "import NAME"}:
            continue  # its files are read
        ran = filled(*(word.replace("NAME", name).replace("ID", over) for word in command.split()))
        assert ran.code in {1, 2}
        assert name.rpartition("/")[2] in ran.out + ran.err
        assert "not a regular file" in ran.out + ran.err or "being written" in ran.out + ran.err


def test_a_file_that_the_policy_names_is_refused_by_its_name(here: Path, filled: Shell) -> None:
    for name in (*NO_FILES, "missing"):
        (here / "policy.toml").write_text(f'exchange_rates_file = "{name}"\n', "utf-8")
        ran = filled("policy", "check", "policy.toml")
        assert ran.code == 1
        assert f"exchange_rates_file: {name.rpartition('/')[2]} " in ran.out


@pytest.mark.usefixtures("here")
def test_a_persons_own_file_that_is_none_is_told() -> None:
    for name in NO_FILES:
        read, problems = read_preferences(Path(name))
        assert (read, len(problems)) == ({}, 1)
