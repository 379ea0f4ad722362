"""One text in front of the list it came from; Esc goes back to it."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.reading_pane import ReadingPane
from tui.widgets.status_lines import KeyBar


class ReadingPage(Dialog[None]):
    """Shows Content; it scrolls when it is longer than the window."""

    keys_shown = "reading"

    def __init__(self, session: Session, text: Content) -> None:
        super().__init__(session)
        self._text = text

    def compose(self) -> ComposeResult:
        """Hold the text and the way out."""
        with Vertical(classes="dialog"):
            with ReadingPane():
                yield Static(self._text)
            yield KeyBar("reading")
