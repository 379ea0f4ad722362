"""The parser behind every command: no empty or absurd word reaches one, none is echoed raw.

The checks hang on what an argument is read as, so that each new option has them by itself.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from expense_agent.domain.invisible_chars import is_blank
from expense_agent.streams import tell

LONGEST_WORDS = 1_000
"""Characters of an argument: of a name, an id, an amount, a rule."""
LONGEST_PROSE = 10_000
"""Characters of what one person writes to another."""
_LONE = re.compile("[\ud800-\udfff]")


class Parser(argparse.ArgumentParser):
    """An argument parser that refuses empty values of every option and argument."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.register("type", None, words)
        self.register("type", Path, path)

    def add_subparsers(self, **settings: Any) -> Any:
        """Add commands; what follows one is for its own parser to read."""
        commands = super().add_subparsers(**settings)
        commands.type = str
        return commands

    def parse_known_args(  # type: ignore[override]  # the stubs know several ways to call it
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Read arguments; Python 3.11 takes the value of `--option=--` for none at all."""
        for word in sys.argv[1:] if args is None else args:
            option, _, value = word.partition("=")
            if option.startswith("--") and value == "--":
                self.error(f"argument {option}: -- is no value")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, harmless to a terminal, and end with exit code 2."""
        tell(*self.format_usage().splitlines(), f"{self.prog}: error: {message}")
        raise SystemExit(2)


def file_name(value: str) -> str:
    """Read the name of a file or folder; it may have any bytes."""
    if not value.strip():
        raise argparse.ArgumentTypeError("is empty")
    if "\0" in value:
        raise argparse.ArgumentTypeError("has a NUL character")
    return value


def path(value: str) -> Path:
    """Read a path."""
    return Path(file_name(value))


def words(value: str) -> str:
    """Read a few words."""
    return _text(value, LONGEST_WORDS)


def prose(value: str) -> str:
    """Read what somebody has to say."""
    return _text(value, LONGEST_PROSE)


def _text(value: str, longest: int) -> str:
    if problem := why_not_text(file_name(value), longest):
        raise argparse.ArgumentTypeError(problem)
    return value


def why_not_text(value: str, longest: int = LONGEST_WORDS) -> str | None:
    """Say why a text cannot be stored and shown, or None."""
    if _LONE.search(value):
        return "is not UTF-8 text"
    if is_blank(value):
        return "is empty"
    return f"is longer than {longest:,} characters" if len(value) > longest else None
