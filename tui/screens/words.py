"""Asks for words before something is done; Enter takes them, Esc does nothing."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class WordsScreen(Dialog[str]):
    """Ends with the words, or with nothing."""

    keys_shown = "reason"

    def __init__(
        self,
        session: Session,
        title: str,
        effect: str,
        field: str = "why; it is kept in the trail",
        missing: str = "say why: nothing is done without",
    ) -> None:
        super().__init__(session)
        self._field = field
        self._missing = missing
        self._title = title
        self._effect = effect

    def compose(self) -> ComposeResult:
        """Say what will happen, then the field."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._title, "bold", limit=400))
            yield Static(safe(self._effect, limit=400))
            yield Input(placeholder=self._field, compact=True, max_length=500)
            yield Static(id="problem", classes="problem")
            yield KeyBar("reason")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the words, unless there are none."""
        if words := event.value.strip():
            self.dismiss(words)
        else:
            self.query_one("#problem", Static).update(safe(self._missing))
