"""Names a category by its code or any part of its name."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

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
