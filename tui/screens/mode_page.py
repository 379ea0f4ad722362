"""A page whose keys belong to its parts, with its keys by name and in words."""

from collections.abc import Mapping, Sequence

from tui.key_table import SCREENS, WORDS, Key
from tui.keymap import keys_of, pressed
from tui.keys.mode_keys import ModeKeys
from tui.keys.part import Parts, Taking
from tui.model.command_line import Command, read
from tui.screens.page import Page
from tui.session import Session

_ASKING = ("palette", "command")


class ByName:
    """Does by name and in words what the keys of a page do; approves nothing by itself."""

    def __init__(self, page: Page[None], parts: Parts) -> None:
        self._page = page
        self._parts = parts

    def show_palette(self) -> None:
        """Show what is possible now, and do what is chosen."""
        from tui.screens.command import PaletteScreen  # noqa: PLC0415 - not before the first list

        lines = _spelled(self._commands())
        page = PaletteScreen(self._page.session, self._keys(), self._parts.why_off, lines)
        self._page.open(page, self._act)

    def show_command_line(self) -> None:
        """Let the person say in words what is to be done."""
        from tui.screens.command import CommandScreen  # noqa: PLC0415 - not before the first list

        async def said(command: Command | None) -> None:
            if command:
                await self._act(next(k.id for k in self._keys() if k.word == command.word))

        page = CommandScreen(self._page.session, self._commands(), self._do_what_follows)
        self._page.open(page, said)

    def words(self) -> Mapping[str, Taking]:
        """Return the words of the command line that are followed by something here."""
        themes = tuple(sorted(self._page.app.available_themes))
        return {"theme": (themes, self._turn_theme), **self._parts.words()}

    def _turn_theme(self, name: str) -> None:
        self._page.app.theme = name

    def _keys(self) -> list[Key]:
        """Return the keys that work here, but for those that would only open this list again."""
        keys = keys_of(*SCREENS.get(self._page.keys_shown, ()))
        return [key for key in keys if key.action not in _ASKING and self._parts.can(key)]

    def _commands(self) -> list[Command]:
        """Return what can be said here: first what a key does, then what something follows."""
        taking = self.words()
        keys = {key.word: key for key in self._keys() if key.word}
        alone = [
            Command(key.word, key.help, off=self._parts.why_off(key))
            for key in keys.values()
            if key.word not in taking
        ]
        return alone + [
            Command(word.name, word.help, word.takes, taking[word.name][0], word.name in keys)
            for word in WORDS
            if word.name in taking
        ]

    def _do_what_follows(self, command: Command, rest: str) -> str | None:
        return self.words()[command.word][1](rest)

    async def _act(self, said: str | None) -> None:
        """Do what a key does, by its id, or (":sort due") what a line says."""
        if said and said.startswith(":"):
            self._do_what_follows(*read(said, self._commands()))
        elif said:
            await self._parts.press(said, by_name=True)


def _spelled(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Return every line of a word and a value, and what it does."""
    return [(f":{c.word} {value}", c.help) for c in commands for value in c.values]


class ModePage(Page[None]):
    """The first page of a mode, or one on top of it."""

    BINDINGS = pressed("mode")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.parts = Parts(self)
        self.modes = self.parts.add(ModeKeys(self))
        self.by_name = ByName(self, self.parts)

    async def action_press(self, key_id: str) -> None:
        """Do what a key does, in the part that has it."""
        await self.parts.press(key_id)

    def action_palette(self) -> None:
        """Show what is possible now, by name."""
        self.by_name.show_palette()

    def action_command(self) -> None:
        """Let the person say in words what is to be done."""
        self.by_name.show_command_line()
