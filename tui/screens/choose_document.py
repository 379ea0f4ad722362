"""Which document of an invoice is to be looked at: what it was read from, or one attached to it."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar

SOURCE = ""
"""Stands for the document the invoice was read from."""


class ChooseDocumentScreen(Dialog[str]):
    """Ends with the name of a document, or with nothing."""

    AUTO_FOCUS = "OptionList"

    def __init__(self, session: Session, attached: Iterable[str]) -> None:
        super().__init__(session)
        self._names = (SOURCE, *attached)

    def compose(self) -> ComposeResult:
        """List them; Enter shows one."""
        with Vertical(classes="dialog"):
            yield Static("Which document?", classes="dialog-title")
            yield OptionList(
                *(Option(safe(name or "what it was read from", limit=300)) for name in self._names),
                markup=False,
            )
            yield KeyBar("choose_category")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the one that is highlighted."""
        self.dismiss(self._names[event.option_index])
