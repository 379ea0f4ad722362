"""Laws of every command: usage, exit codes, variables, pipes, words that are not text."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from expense_agent import __version__
from expense_agent.settings import APPROVER_VARIABLE, POLICY_VARIABLE, STORE_VARIABLE
from tests.cli.shell import Shell

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "demo", "read", "import", "queue", "show", "edit", "approve", "reject", "expire", "recover",
    "payments", "audit", "policy", "doctor", "suppliers",
)  # fmt: skip


def test_the_help_names_every_command_and_the_exit_codes(shell: Shell) -> None:
    ran = shell.plain("--help")
    assert ran.code == 0
    for command in COMMANDS:
        assert command in ran.out
    assert "3 the store cannot be used" in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_own_help(shell: Shell, command: str) -> None:
    assert shell.plain(command, "--help").code == 0


def test_the_version_is_told(shell: Shell) -> None:
    ran = shell.plain("--version")
    assert (ran.code, ran.out) == (0, f"expense-agent {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("pay",), ("show",), ("approve",), ("reject", "x"), ("edit", "x"), ("read",),
        ("import",), ("policy",), ("policy", "try"), ("suppliers",), ("queue", "--colour"),
        ("payments", "--status", "lost"), ("--store",),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_on_stderr_with_code_2(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    ran = shell.plain(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "usage: expense-agent" in ran.err


def test_variables_name_store_policy_and_approver(
    filled: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[[approvers]]\nname = "vera"\n')
    monkeypatch.setenv(STORE_VARIABLE, str(filled.store))
    monkeypatch.setenv(POLICY_VARIABLE, str(policy))
    monkeypatch.setenv(APPROVER_VARIABLE, "vera")
    over = filled.ids()["OVER"]
    assert filled.plain("approve", over).code == 0
    assert filled.plain("payments", "--json").json[-1]["approved_by"] == ["vera"]


def test_arguments_stand_above_variables(
    filled: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path / "elsewhere"))
    monkeypatch.setenv(APPROVER_VARIABLE, "vera")
    filled.data("approve", filled.ids()["OVER"], by="ann")
    assert filled.data("payments")[-1]["approved_by"] == ["ann"]
    assert not (tmp_path / "elsewhere").exists()


def test_without_a_store_the_platforms_data_folder_is_used(shell: Shell, tmp_path: Path) -> None:
    assert shell.plain("queue", "--json").out.strip() == "[]"
    assert (tmp_path / "data home" / "expense-agent" / "ledger.db").is_file()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("--as", "\udcff", "queue"), "--as"),
        (("show", "\udcff"), "ID"),
        (("approve", "x", "\udcff"), "ID"),
        (("approve", "x", "--comment", "\udcff"), "--comment"),
        (("queue", "--filter", "\udcff"), "--filter"),
    ],
)
def test_words_that_are_not_utf_8_are_wrong_usage(
    shell: Shell, arguments: tuple[str, ...], name: str
) -> None:
    ran = shell.plain("--store", shell.store, *arguments)
    assert ran.code == 2
    assert ran.err.endswith(f"error: argument {name}: is not UTF-8 text\n")


# --- as a process of its own


def command(shell: Shell, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "expense_agent", "--store", str(shell.store), *arguments]


@pytest.mark.process
def test_a_reader_that_leaves_early_causes_no_complaint(filled: Shell) -> None:
    """`expense-agent audit | head -1`: less is read than fits the pipe, or than was buffered."""
    reading, writing = os.pipe()
    os.close(reading)
    for arguments in (("audit", "--json"), ("queue",)):
        done = subprocess.run(
            command(filled, *arguments), cwd=ROOT, stdout=writing, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (1, "")
    os.close(writing)


@pytest.mark.process
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_utf_8_and_text_is_printed_whatever_the_terminal_can_show(
    filled: Shell, encoding: str
) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for arguments in (("queue", "--json"), ("queue",)):
        done = subprocess.run(
            command(filled, *arguments), cwd=ROOT, env=environment, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        if "--json" in arguments:
            assert "Bürohaus Quendel" in {row["supplier"] for row in json.loads(done.stdout)}


class Interrupted(io.RawIOBase):
    """A standard input at which a person presses Ctrl+C."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> int:
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["read", "import"])
def test_an_interrupt_ends_with_130(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Interrupted())))
    assert shell(name, "-").code == 130
