"""The first paint, while everything else is still being imported."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static


class OpeningScreen(Screen[None]):
    """Stands where the queue will stand; only quitting works on it."""

    BINDINGS = [("q,ctrl+c", "app.quit", "Quit")]  # noqa: RUF012 - Textual declares it

    def compose(self) -> ComposeResult:
        """Lay out the lines that stay where they are when the queue comes."""
        yield Static(" expense-agent", id="header")
        yield Vertical(id="body")
        yield Static(" opening the store", id="status")
        yield Static(" q Quit", classes="key-bar")
