"""The command line: what a typed line means, how it may go on, and what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

SHORT = {"q": "quit", "h": "help"}
"""Words that other programs have made short; any beginning that fits one word only is as good."""


@dataclass(frozen=True, slots=True)
class Command:
    """One word, and what may follow it."""

    word: str
    help: str
    takes: str = ""
    """Its argument, as a person reads it; "": none."""
    values: tuple[str, ...] = ()
    """All that may follow; empty: any text."""
    alone: bool = True
    """Whether the word does something without anything after it."""
    off: str | None = None
    """Why it does nothing now."""


class CommandError(ValueError):
    """A line that means nothing; the text says what would."""


def read(line: str, commands: Sequence[Command]) -> tuple[Command, str]:
    """Return the command of a line and what follows the word; raises CommandError."""
    said, _, rest = line.strip().removeprefix(":").strip().partition(" ")
    if not said:
        raise CommandError("say what to do; Tab shows how it may go on")
    command, rest = _named(said, commands), rest.strip()
    if command.off:
        raise CommandError(f"{command.word} is off: {command.off}")
    if not rest and not command.alone:
        raise CommandError(f"{command.word} what? {_choice(command)}")
    if rest and not command.takes:
        raise CommandError(f"{command.word} stands alone: nothing follows it")
    return command, _value(command, rest) if rest and command.values else rest


def _named(said: str, commands: Sequence[Command]) -> Command:
    by_word = {command.word: command for command in commands}
    said = said.casefold()
    word = said if said in by_word else SHORT.get(said, said)
    if word in by_word:
        return by_word[word]
    fitting = [name for name in by_word if name.startswith(word)]
    if len(fitting) == 1:
        return by_word[fitting[0]]
    if fitting:
        raise CommandError(f"{said} may be {_listed(sorted(fitting))}")
    near = get_close_matches(word, by_word, n=1)
    hint = f"did you mean {near[0]}?" if near else "Tab shows what is possible here"
    raise CommandError(f"there is no {said!r} here; {hint}")


def _value(command: Command, said: str) -> str:
    fitting = [value for value in command.values if value.startswith(said.casefold())]
    if said.casefold() in fitting:
        return said.casefold()
    if len(fitting) != 1:
        raise CommandError(f"{command.word} {said}? {_choice(command)}")
    return fitting[0]


def _choice(command: Command) -> str:
    return _listed(command.values) if command.values else command.takes


def _listed(words: Sequence[str]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def offered(line: str, commands: Sequence[Command]) -> list[str]:
    """Return every line that this one may become by completing its last word."""
    head, space, tail = line.lstrip().removeprefix(":").lstrip().partition(" ")
    if not space:
        return sorted(c.word for c in commands if c.word.startswith(head.casefold()))
    try:
        command = _named(head, commands)
    except CommandError:
        return []
    said = tail.strip().casefold()
    return [f"{command.word} {value}" for value in command.values if value.startswith(said)]


@dataclass
class History:
    """The lines of this run, and the place somebody has gone back to among them."""

    lines: list[str] = field(default_factory=list)
    _place: int = 0

    def add(self, line: str) -> None:
        """Keep a line; one said twice running is kept once. Begin at the end again."""
        if self.lines[-1:] != [line]:
            self.lines.append(line)
        self.begin()

    def begin(self) -> None:
        """Stand behind the newest line."""
        self._place = len(self.lines)

    def step(self, way: int) -> str:
        """Go to an older (-1) or newer (1) line; behind the newest stands an empty one."""
        self._place = min(max(self._place + way, 0), len(self.lines))
        return self.lines[self._place] if self._place < len(self.lines) else ""
