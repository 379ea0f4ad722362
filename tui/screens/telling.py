"""A screen that tells what can be done in it: by name in the palette, in words on a line."""

from collections.abc import Callable, Mapping, Sequence

from tui.key_table import SCREENS, WORDS, Key
from tui.keymap import keys_of
from tui.model.command_line import Command, read
from tui.screens.command import CommandScreen
from tui.screens.page import Page
from tui.screens.palette import PaletteScreen

Taking = tuple[tuple[str, ...], Callable[[str], str | None]]
"""A command's argument (none named: any text), and what then is done; that says what is wrong."""
_ASKING = ("palette", "command")


class TellingPage(Page[None]):
    """Does by name and in words what its keys do; approves nothing by itself."""

    def action_palette(self) -> None:
        """Show what is possible now, and do what is chosen."""
        self.open(
            PaletteScreen(
                self.session, self._keys_here(), self.why_off, _spelled(self._said_here())
            ),
            self._act_by,
        )

    def action_command(self) -> None:
        """Let the person say in words what is to be done."""

        async def said(command: Command | None) -> None:
            if command:
                await self._act_by(next(k.id for k in self._keys_here() if k.word == command.word))

        self.open(CommandScreen(self.session, self._said_here(), self._do_what_follows), said)

    def words(self) -> Mapping[str, Taking]:
        """Return the words of the command line that are followed by something here."""
        return {"theme": (tuple(sorted(self.app.available_themes)), self._turn_theme)}

    def _turn_theme(self, name: str) -> None:
        self.app.theme = name

    def _keys_here(self) -> list[Key]:
        """Return the keys that work here, but for those that would only open this list again."""
        return [key for key in keys_of(*SCREENS.get(self.keys_shown, ())) if self._can(key)]

    def _can(self, key: Key) -> bool:
        return key.action not in _ASKING and hasattr(self, f"action_{key.action}")

    def _said_here(self) -> list[Command]:
        """Return what can be said here: first what a key does, then what something follows."""
        taking = self.words()
        keys = {key.word: key for key in self._keys_here() if key.word}
        alone = [
            Command(key.word, key.help, off=self.why_off(key))
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

    async def _act_by(self, said: str | None) -> None:
        """Do what a key does, by its id, or (":sort due") what a line says."""
        if said and said.startswith(":"):
            self._do_what_follows(*read(said, self._said_here()))
        elif said:
            await self.run_action(self.palette_action(said.partition(".")[2]))

    def why_off(self, key: Key) -> str | None:  # noqa: ARG002 - pages say more
        """Say why a key does nothing now, or None."""
        return None

    def palette_action(self, action: str) -> str:
        """Return the action by which the palette does what a key does."""
        return action


def _spelled(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Return every line of a word and a value, and what it does."""
    return [(f":{c.word} {value}", c.help) for c in commands for value in c.values]
