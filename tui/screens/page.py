"""What all screens have in common: help, back and quit, and a word for windows too small."""

from typing import TypeVar

from textual.screen import ModalScreen, Screen

from tui.keymap import bindings
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


class Dialog(Page[T], ModalScreen[T]):
    """A screen in front of another; Esc closes it and changes nothing."""
