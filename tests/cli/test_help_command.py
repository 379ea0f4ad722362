"""The reference pages on the command line."""

import stat
from pathlib import Path

import pytest

from expense_agent.pages import TOPICS, page_of
from tests.benchmarks.terminal import Terminal, python
from tests.cli.shell import Shell


def test_without_a_topic_all_are_listed_in_a_small_terminal(shell: Shell) -> None:
    ran = shell.plain("help")
    lines = ran.out.splitlines()
    assert (ran.code, [line.split()[0] for line in lines[1 : len(TOPICS) + 1]]) == (0, [*TOPICS])
    assert all(len(line) <= 80 for line in lines)
    assert [entry["topic"] for entry in shell.plain("help", "--json").json] == [*TOPICS]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_printed_where_there_is_no_terminal(shell: Shell, topic: str) -> None:
    ran = shell.plain("help", topic)
    assert (ran.code, ran.out) == (0, page_of(topic).text)
    assert shell.plain("help", topic, "--json").json["text"] == ran.out


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("polcy", "did you mean `help policy`?"),
        ("WORDS", "did you mean `help words`?"),
        ("split_limit", "it is explained in `help holds`"),
        ("../README", "`expense-agent help` lists all"),
    ],
)
def test_an_unknown_topic_is_wrong_usage_and_the_nearest_is_named(
    shell: Shell, wanted: str, told: str
) -> None:
    ran = shell.plain("help", wanted)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_help_needs_no_store(shell: Shell, tmp_path: Path) -> None:
    assert shell.plain("--store", tmp_path / "none", "help", "words").code == 0
    assert not (tmp_path / "none").exists()


@pytest.mark.process
@pytest.mark.parametrize(
    ("term", "pager", "told"),
    [
        ("xterm", "own", "in the pager"),
        ("xterm", "no-such-program", "# Words"),
        ("dumb", "own", "# Words"),
    ],
)
def test_on_a_terminal_the_page_comes_in_the_persons_pager(
    tmp_path: Path, term: str, pager: str, told: str
) -> None:
    own = tmp_path / "own"
    own.write_text("#!/bin/sh\necho in the pager\n")
    own.chmod(stat.S_IRWXU)
    environ = {"TERM": term, "PAGER": pager, "PATH": str(tmp_path)}  # no less, no more
    with Terminal(python("-m", "expense_agent", "help", "words"), environ) as terminal:
        assert terminal.exit_code() == 0
    assert told in terminal.output.decode()
