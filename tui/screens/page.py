"""What all screens have in common: help, back and quit, and a word for windows too small."""

from typing import TypeVar

from textual.screen import ModalScreen, Screen

from tui.key_table import SCREENS, Key
from tui.keymap import bindings, keys_of
from tui.messages import HelpWanted, QuitWanted
from tui.session import Session

T = TypeVar("T")


class Page(Screen[T]):
    """A screen of this app."""

    BINDINGS = bindings("app")
    keys_shown = "app"
    """The screen's name in the key map."""

    def __init__(self, session: Session) -> None:
        super().__init__(classes="-ascii" if session.ascii_only else "")
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

    def action_palette(self) -> None:
        """Show what is possible now, and do what is chosen."""
        from tui.screens.palette import PaletteScreen  # noqa: PLC0415 - a page itself

        keys = [key for key in keys_of(*SCREENS.get(self.keys_shown, ())) if self._can(key)]
        self.app.push_screen(PaletteScreen(self.session, keys, self.why_off), self._act_by)

    def _can(self, key: Key) -> bool:
        return key.action != "palette" and hasattr(self, f"action_{key.action}")

    async def _act_by(self, key_id: str | None) -> None:
        if key_id:
            await self.run_action(self.palette_action(key_id.partition(".")[2]))

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
