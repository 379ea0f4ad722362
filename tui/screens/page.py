"""The common part of all screens: help, back and quit, reading, and opening other screens.

Whatever arrives late (an answer, a key, the end of a dialog) may find its screen behind another
or gone. So a page closes, and opens others, only while it is in front, and takes answers in turn.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

from expense_agent.service import ApprovalService
from tui.destinations import Destination
from tui.in_turn import InTurn
from tui.keymap import bindings
from tui.messages import HelpWanted, QuitWanted, ReadWanted
from tui.quick_compositor import QuickCompositor
from tui.session import Session

_LEAVES = "q quits; decisions on their way are finished first"
T = TypeVar("T")
A = TypeVar("A")


class Page(Screen[T], InTurn):
    """A screen of this app."""

    BINDINGS = bindings("app")
    keys_shown = "app"
    """The screen's name in the key map."""

    def __init__(self, session: Session) -> None:
        super().__init__(classes="-ascii" if session.ascii_only else "")
        self._compositor = QuickCompositor()
        self.session = session

    def open(self, page: Screen[A], ended: Callable[[A | None], Any] | None = None) -> None:
        """Show another screen in front of this one; `ended` is called with what it ends with."""
        if self.is_active:
            self.app.push_screen(page, ended)

    def show(self, destination: Destination) -> None:
        """Show another page above this one."""
        self.open(self.session.page_of(destination))

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """End this screen; Textual would end whichever is in front."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def say(self, sentence: str) -> None:
        """Show a sentence on the status line."""
        self.session.inbox.status.tell(sentence)
        self.session.changed.publish(frozenset())

    def ask(
        self, kind: str, read: Callable[[ApprovalService], A], take: Callable[[A], Any]
    ) -> None:
        """Read the store, also while this screen closes; `take` gets the answer if it is there."""
        self.app.post_message(ReadWanted(self, kind, read, take))

    def cannot_read(self, error: Exception) -> None:
        """Say that the store has no answer."""
        self.say(f"cannot be read: {error}")

    def action_back(self) -> None:
        """Close this screen and change nothing."""
        self.dismiss()

    def action_help(self) -> None:
        """Show the keys of this screen."""
        self.post_message(HelpWanted(self.keys_shown))

    def action_quit(self) -> None:
        """Go back from a page above another; from the first page of a mode, leave the app."""
        if self._is_first:
            self.post_message(QuitWanted())
        else:
            self.action_back()

    @property
    def _is_first(self) -> bool:
        """Whether it is the page of a mode, above no other."""
        return self.app.screen_stack[0] is self

    def action_copy_or_say(self) -> None:
        """Copy the selection if there is one; ctrl+c never ends anything."""
        if self.get_selected_text():
            self.action_copy_text()
        else:
            self.say(_LEAVES if self._is_first else "q goes back; it quits from the page of a mode")


class Dialog(Page[T], ModalScreen[T]):
    """A screen in front of another; it asks one thing, and Esc closes it and changes nothing."""
