"""Dialogs that choose one of a few: a category by any part of its name, or a document."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.model.edit_form import matching
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar

_SHOWN = 6


class ChooseCategoryScreen(Dialog[str]):
    """Ends with the id of a category, or with nothing."""

    keys_shown = "choose_category"

    def __init__(self, session: Session, about: str) -> None:
        super().__init__(session)
        self._about = about

    def compose(self) -> ComposeResult:
        """Say what it is about, then the field and what it matches."""
        with Vertical(classes="dialog"):
            yield Static(Content.assemble(("Category of ", "bold"), safe(self._about, "bold")))
            yield Input(placeholder="code or name", compact=True, max_length=80)
            yield Static(id="matches")
            yield KeyBar("choose_category")

    def on_mount(self) -> None:
        """Show all that can be chosen."""
        self._draw("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what matches now."""
        self._draw(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the first match."""
        found = self._found(event.value) if event.value.strip() else []
        if found:
            self.dismiss(found[0])

    def _found(self, text: str) -> list[str]:
        return matching(text, self.session.categories)

    def _draw(self, text: str) -> None:
        found, labels = self._found(text), self.session.categories
        lines = [safe(f"{category}  {labels[category]}") for category in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(Content(f"... {len(found) - _SHOWN} more"))
        if not found:
            lines.append(Content("no category has this in its name"))
        self.query_one("#matches", Static).update(Content("\n").join(lines))


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
