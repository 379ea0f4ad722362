"""Files named by `--output`: regular and new. Nothing is waited for, nothing replaced."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import Shell

POLICY = '[debtor]\nname = "Buyer GmbH"\naccount = "DE02120300000000202051"\n'
LONGEST_NAME = "y" * 255


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def unix_socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "s"))
    return folder / "s"


def loop(folder: Path) -> Path:
    (folder / "loop").symlink_to("loop")
    return folder / "loop"


def somebody_elses(folder: Path) -> Path:
    (folder / "mine.txt").write_text("mine")
    return folder / "mine.txt"


TARGETS: dict[str, Callable[[Path], Path]] = {
    "is a pipe": pipe,
    "is a socket": unix_socket,
    "is a folder": lambda folder: folder,
    "is a device": lambda _: Path("/dev/full"),
    "name too long": lambda folder: folder / ("x" * 300),
    "symbolic links": loop,
    "Not a directory": lambda folder: somebody_elses(folder) / "x.xml",
    "name a file in a folder": lambda folder: folder / "nowhere" / "x.xml",
    "exists": somebody_elses,
}
COMMANDS = ("evidence ID", "journal", "document ID", "pay-run", "pay-run --again RUN")


@pytest.fixture
def office(filled: Shell) -> Shell:
    (filled.store / "policy.toml").write_text(POLICY, encoding="utf-8")
    return filled


@pytest.mark.timeout(30)  # a pipe nobody reads must not be waited for
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_new_file_is_refused_and_stays_as_it_is(
    office: Shell, tmp_path: Path, command: str
) -> None:
    again = command == "pay-run --again RUN"
    run = office.data("pay-run", "--output", tmp_path / "1.xml")["run"] if again else ""
    words = command.replace("RUN", run).replace("ID", office.ids()["OVER"]).split()
    for number, (said, make) in enumerate(TARGETS.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        output = make(folder)
        before = sorted(folder.iterdir())
        ran = office(*words, "--output", output)
        assert (ran.code, ran.out) == (2, ""), said
        assert said in ran.err
        assert sorted(folder.iterdir()) == before
    if not again:
        assert office.data("payments", "--status", "exported") == []


@pytest.mark.timeout(30)
def test_a_run_that_was_cut_off_waits_for_no_pipe_either(office: Shell, tmp_path: Path) -> None:
    run = office.data("pay-run", "--output", tmp_path / "1.xml")
    assert office("pay-run", "--again", run["run"], "--output", tmp_path / "1.xml").code == 0
    (tmp_path / "1.xml").write_bytes(b"another file, as long as one likes")
    ran = office("pay-run", "--again", run["run"], "--output", tmp_path / "1.xml")
    assert (ran.code, "exists: choose another name" in ran.err) == (2, True)


def test_a_name_as_long_as_names_can_be_is_taken(office: Shell, tmp_path: Path) -> None:
    for number, command in enumerate(("evidence ID", "journal", "document ID", "pay-run")):
        (tmp_path / str(number)).mkdir()
        words = command.replace("ID", office.ids()["OVER"]).split()
        assert office(*words, "--output", tmp_path / str(number) / LONGEST_NAME).code == 0
        assert [path.name for path in (tmp_path / str(number)).iterdir()] == [LONGEST_NAME]


def test_a_payment_run_is_never_poured_into_standard_output(office: Shell) -> None:
    ran = office("pay-run", "--output", "-")
    assert (ran.code, ran.out) == (2, "")
    assert office.data("payments", "--status", "exported") == []
    shown = office("document", office.ids()["OVER"], "--output", "-")
    assert (shown.code, "Bürohaus Quendel" in shown.out) == (0, True)
