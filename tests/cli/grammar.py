"""Every place of the command line where a value stands, found in the parser itself."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from expense_agent.cli.parser import day


@dataclass(frozen=True)
class Place:
    """One option or argument of one command."""

    command: tuple[str, ...]
    action: argparse.Action
    others: tuple[str, ...]
    """The other arguments the command must be given."""
    before: bool = False
    """Whether it stands in front of the command."""

    def __str__(self) -> str:
        return f"{' '.join(self.command)} {'/'.join(self.action.option_strings) or self.name}"

    @property
    def name(self) -> str:
        return str(self.action.metavar or self.action.dest)

    def given(self, value: str) -> tuple[str, ...]:
        """Return the arguments of a command with this value in this place."""
        words = _said(self.action, value)
        if self.before:
            return (*words, *self.command, *self.others)
        return (*self.command, *words, *self.others)


def places(parser: argparse.ArgumentParser) -> list[Place]:
    """Return all places of a parser and of its commands."""
    front = [Place(("queue",), action, (), before=True) for action in _valued(parser)]
    return front + list(_below(parser, ()))


def _below(parser: argparse.ArgumentParser, command: tuple[str, ...]) -> Iterator[Place]:
    valued = _valued(parser)
    for action in valued if command else ():
        others = [other for other in valued if other is not action and _is_needed(other)]
        needed = [word for other in others for word in _said(other, _likely(other))]
        yield Place(command, action, tuple(needed))
    for name, inner in _commands(parser):
        yield from _below(inner, (*command, name))


def _valued(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [
        action
        for action in parser._actions
        if action.nargs != 0 and not isinstance(action, argparse._SubParsersAction)
    ]


def _commands(
    parser: argparse.ArgumentParser,
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _is_needed(action: argparse.Action) -> bool:
    return action.required or (not action.option_strings and action.nargs != "?")


def _said(action: argparse.Action, value: str) -> tuple[str, ...]:
    return (f"{action.option_strings[0]}={value}",) if action.option_strings else (value,)


def _likely(action: argparse.Action) -> str:
    if action.choices:
        return str(next(iter(action.choices)))
    return "2026-12-01" if action.type is day else "nothing-of-that-name"
