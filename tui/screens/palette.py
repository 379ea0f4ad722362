"""The palette: every key of the screen by name, those that are off with their reason."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.key_table import Key
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class PaletteScreen(Dialog[str]):
    """Ends with a key's id or a line to act by, or with nothing; it decides nothing itself."""

    AUTO_FOCUS = "Input"
    keys_shown = "palette"

    def __init__(
        self,
        session: Session,
        keys: Sequence[Key],
        why_off: Callable[[Key], str | None],
        lines: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`lines`: what can be said on the command line besides, each with what it does."""
        super().__init__(session)
        self._keys = [(key, why_off(key)) for key in keys]
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Show a field that narrows, and what is left."""
        with Vertical(classes="dialog"):
            yield Input(placeholder="what do you want to do?", compact=True)
            yield OptionList(markup=False)
            yield KeyBar("palette")

    def on_mount(self) -> None:
        """Begin with everything."""
        self._list("")

    def _list(self, text: str) -> None:
        words = text.casefold().split()
        found = [(key, why) for key, why in self._keys if all(w in _said(key) for w in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(_prompt(key, why), id=key.id, disabled=why is not None) for key, why in found
        )
        options.add_options(
            Option(Content.assemble((safe(line, "bold $text-accent")), "  ", help_), id=line)
            for line, help_ in self._lines
            if all(word in f"{line} {help_}".casefold() for word in words)
        )
        options.action_first()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._list(event.value)

    def on_input_submitted(self) -> None:
        """Take what is highlighted."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Act by what was chosen."""
        self.dismiss(event.option_id)

    def key_down(self) -> None:
        """Go down in the list while the field has the focus."""
        self.query_one(OptionList).action_cursor_down()

    def key_up(self) -> None:
        """Go up."""
        self.query_one(OptionList).action_cursor_up()


def _said(key: Key) -> str:
    return f"{key.label} {key.help} {key.id}".casefold()


def _prompt(key: Key, why: str | None) -> Content:
    line = Content.assemble((f"{key.shown:10}", "bold $text-accent"), key.help)
    return line if why is None else Content.assemble(line, "\n", " " * 10, safe(f"off: {why}"))
