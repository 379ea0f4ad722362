"""Stands in front of everything while the window is too small to read what would be decided."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Static

from tui.keymap import bindings
from tui.messages import QuitWanted, UndoWanted
from tui.screens.page import Dialog

LEAST_WIDTH = 60
LEAST_HEIGHT = 15


def is_too_small(size: Size) -> bool:
    """Whether the screens cannot be read in a window of this size."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


class EnlargeScreen(Dialog[None]):
    """Goes away by itself once the window is large enough; undo and quitting work on it."""

    BINDINGS = bindings("decide.undo", "decide.undo_all")

    def compose(self) -> ComposeResult:
        """Say what to do."""
        yield Static(
            "Please enlarge the window to 60x15 or more."
            " z takes back what is counting down, q quits.",
            markup=False,
        )

    def on_resize(self, event: Resize) -> None:
        """Go away when there is room."""
        if self.is_current and not is_too_small(event.size):
            self.dismiss()

    def on_screen_resume(self) -> None:
        """Go away if there has been room for a while, behind another screen."""
        if not is_too_small(self.app.size):
            self.dismiss()

    def action_undo(self) -> None:
        """Take back the newest decision that is not carried out yet."""
        self.post_message(UndoWanted())

    def action_undo_all(self) -> None:
        """Take back every decision that is not carried out yet."""
        self.post_message(UndoWanted(everything=True))

    def action_back(self) -> None:
        """Stay: there is nothing to go back to."""

    def action_quit(self) -> None:
        """Leave the app: nothing below could be read."""
        self.post_message(QuitWanted())

    def action_help(self) -> None:
        """Stay: the keys would not fit."""
