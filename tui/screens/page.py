"""What all screens have in common: help, back and quit, and a word for windows too small."""

from typing import TypeVar

from textual.screen import ModalScreen, Screen

from tui.keymap import bindings
from tui.messages import HelpWanted, QuitWanted
from tui.quick_compositor import QuickCompositor
from tui.session import Session

T = TypeVar("T")


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


class Dialog(Page[T], ModalScreen[T]):
    """A screen in front of another; it asks one thing, and Esc closes it and changes nothing."""
