"""What all screens have in common: help, back and quit, and a word for windows too small."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from textual.screen import ModalScreen, Screen

from tui.key_table import SCREENS, WORDS, Key
from tui.keymap import bindings, keys_of
from tui.messages import HelpWanted, QuitWanted
from tui.model.command_line import Command, read
from tui.quick_compositor import QuickCompositor
from tui.session import Session

T = TypeVar("T")
Taking = tuple[tuple[str, ...], Callable[[str], str | None]]
"""What may follow a word (none named: any text), and what then is done; that says what is wrong."""
_ASKING = ("palette", "command")


class Page(Screen[T]):
    """A screen of this app."""

    BINDINGS = bindings("app")
    keys_shown = "app"
    """The screen's name in the key map."""

    def __init__(self, session: Session) -> None:
        super().__init__(classes="-ascii" if session.ascii_only else "")
        self._compositor = QuickCompositor()
        self.session = session

    def action_back(self) -> None:
        """Close this screen and change nothing."""
        self.dismiss()

    def action_help(self) -> None:
        """Show the keys of this screen."""
        self.post_message(HelpWanted(self.keys_shown))

    def action_quit(self) -> None:
        """Ask to leave the app."""
        self.post_message(QuitWanted())

    def action_copy_or_say(self) -> None:
        """Copy the selection if there is one; ctrl+c never ends anything."""
        if self.get_selected_text():
            self.action_copy_text()
        else:
            self.session.inbox.said = "q quits; decisions on their way are finished first"
            self.session.changed.publish(frozenset())

    def action_palette(self) -> None:
        """Show what is possible now, and do what is chosen."""
        from tui.screens.palette import PaletteScreen  # noqa: PLC0415 - a page itself

        self.app.push_screen(
            PaletteScreen(
                self.session, self._keys_here(), self.why_off, _spelled(self._said_here())
            ),
            self._act_by,
        )

    def action_command(self) -> None:
        """Let the person say in words what is to be done."""
        from tui.screens.command import CommandScreen  # noqa: PLC0415 - a page itself

        async def said(command: Command | None) -> None:
            if command:
                await self._act_by(next(k.id for k in self._keys_here() if k.word == command.word))

        self.app.push_screen(
            CommandScreen(self.session, self._said_here(), self._do_what_follows), said
        )

    def words(self) -> Mapping[str, Taking]:
        """Give the words of the command line that are followed by something here."""
        return {"theme": (tuple(sorted(self.app.available_themes)), self._turn_theme)}

    def _turn_theme(self, name: str) -> None:
        self.app.theme = name

    def _keys_here(self) -> list[Key]:
        """Give the keys that work here, but for those that would only open this list again."""
        return [key for key in keys_of(*SCREENS.get(self.keys_shown, ())) if self._can(key)]

    def _can(self, key: Key) -> bool:
        return key.action not in _ASKING and hasattr(self, f"action_{key.action}")

    def _said_here(self) -> list[Command]:
        """Give what can be said here: first what a key does, then what something follows."""
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
        """Give the action by which the palette does what a key does."""
        return action


class Dialog(Page[T], ModalScreen[T]):
    """A screen in front of another; Esc closes it and changes nothing."""

    def action_palette(self) -> None:
        """Stay: a dialog asks one thing, and its keys stand at its foot."""

    def action_command(self) -> None:
        """Stay, likewise."""


def _spelled(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Give every line of a word and a value, and what it does."""
    return [(f":{c.word} {value}", c.help) for c in commands for value in c.values]
