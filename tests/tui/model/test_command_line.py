from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.command_line import Command, CommandError, History, offered, read

COMMANDS = (
    Command("queue", "the queue"),
    Command("quit", "leave"),
    Command("payments", "what is paid"),
    Command("approve", "approve it", off="over your limit"),
    Command("sort", "the order", "ORDER", ("holds", "due", "amount")),
    Command("view", "a view", "NAME", ("all", "mine"), alone=False),
    Command("filter", "narrow it", "TEXT"),
)


def understood(line: str) -> tuple[str, str]:
    command, rest = read(line, COMMANDS)
    return command.word, rest


@pytest.mark.parametrize(
    ("line", "word", "rest"),
    [
        ("quit", "quit", ""),
        (" :quit ", "quit", ""),
        ("q", "quit", ""),  # as other programs have it, though queue begins so, too
        ("que", "queue", ""),
        ("PAY", "payments", ""),
        ("sort", "sort", ""),
        ("sort due", "sort", "due"),
        ("so A", "sort", "amount"),
        ("view   mine", "view", "mine"),
        ("filter Nord hold:limit", "filter", "Nord hold:limit"),
    ],
)
def test_a_line_is_a_word_or_the_beginning_of_one_and_what_follows(
    line: str, word: str, rest: str
) -> None:
    assert understood(line) == (word, rest)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "say what to do; Tab shows how it may go on"),
        ("qu", "qu may be queue or quit"),
        ("paymants", "there is no 'paymants' here; did you mean payments?"),
        ("xyz", "there is no 'xyz' here; Tab shows what is possible here"),
        ("approve", "approve is off: over your limit"),
        ("quit now", "quit stands alone: nothing follows it"),
        ("view", "view what? all or mine"),
        ("view theirs", "view theirs? all or mine"),
        ("sort x", "sort x? holds, due or amount"),
    ],
)
def test_what_means_nothing_is_told_with_what_would(line: str, said: str) -> None:
    with pytest.raises(CommandError) as caught:
        understood(line)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("q", ["queue", "quit"]),
        (":pa", ["payments"]),
        ("sort ", ["sort holds", "sort due", "sort amount"]),
        ("so d", ["sort due"]),
        ("filter no", []),
        ("zzz x", []),
    ],
)
def test_a_line_is_completed_word_by_word(line: str, lines: list[str]) -> None:
    assert offered(line, COMMANDS) == lines


@given(st.text(max_size=30))
def test_any_text_is_understood_or_told_about_and_what_is_offered_is_understood(text: str) -> None:
    with suppress(CommandError):
        assert read(text, COMMANDS)[0] in COMMANDS
    for line in offered(text, COMMANDS):
        assert line.split()[0] in {command.word for command in COMMANDS}


def test_lines_said_before_are_gone_through_in_both_ways() -> None:
    history = History()
    for line in ("sort due", "sort due", "view mine"):
        history.add(line)
    assert history.lines == ["sort due", "view mine"]
    steps = [history.step(way) for way in (-1, -1, -1, 1, 1, 1)]
    assert steps == ["view mine", "sort due", "sort due", "view mine", "", ""]
