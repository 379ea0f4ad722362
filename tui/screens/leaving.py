"""Waits for running decisions before the app ends; none is ever cancelled."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.formatting import counted
from tui.screens.page import Dialog
from tui.widgets.lines import KeyBar


class LeavingScreen(Dialog[bool]):
    """Ends with True once nothing is being written any more; Esc stays in the app."""

    keys_shown = "help"

    def compose(self) -> ComposeResult:
        """Say what is waited for."""
        with Vertical(classes="dialog"):
            yield Static(id="waiting")
            yield KeyBar("help")

    def on_mount(self) -> None:
        """Count along."""
        self.session.changed.subscribe(self, self._count)
        self._count(None)

    def _count(self, _keys: frozenset[int] | None) -> None:
        running = self.session.inbox.running
        if not running:
            self.dismiss(result=True)
            return
        said = (
            f"{counted(running, 'decision')} {'is' if running == 1 else 'are'} still being written."
        )
        self.query_one("#waiting", Static).update(
            Content("\n").join(
                [Content(said), Content("The app closes when it is done. Esc stays.")]
            )
        )

    def action_quit(self) -> None:
        """Stay: leaving is under way."""
