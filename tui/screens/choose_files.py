"""Which files or folders to import: a path typed with completion, or picked from what is there."""

from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.keymap import bindings
from tui.messages import ImportWanted
from tui.model.files import chosen, common, completions, last_part
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.lines import KeyBar


class ChooseFilesScreen(Dialog[ImportWanted]):
    """Ends with what to import, or with nothing."""

    BINDINGS = bindings("choose")
    AUTO_FOCUS = "#paths"
    keys_shown = "choose"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._offered: list[str] = []

    def compose(self) -> ComposeResult:
        """Two fields, what fits the first, and what is wrong."""
        with Vertical(classes="dialog -tall"):
            yield Static("Import files or a folder", classes="dialog-title")
            yield from _field("paths", "File or folder", "invoices/ or march/*.xml")
            yield from _field("mapping", "Column map", "a mapping.toml, if the tables need one")
            yield OptionList(markup=False, id="offered")
            yield Static(id="problem", classes="problem")
            yield KeyBar("choose")

    def on_mount(self) -> None:
        """Begin where the last import was chosen."""
        field = self.query_one("#paths", Input)
        field.value = self.session.imports.last_typed
        self._look(field.value)

    # --- what fits

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits what is typed."""
        self._problem("")
        self._look(event.value)

    @work(thread=True, exclusive=True, group="paths", exit_on_error=False)
    def _look(self, typed: str) -> None:
        offered = completions(typed)
        self.app.call_from_thread(self._offer, typed, offered)

    def _offer(self, typed: str, offered: list[str]) -> None:
        if not self.is_attached or typed != self._field.value:
            return
        self._offered = offered
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(safe(last_part(path), limit=400)) for path in offered])

    @property
    def _field(self) -> Input:
        focused = self.focused
        return focused if isinstance(focused, Input) else self.query_one("#paths", Input)

    def _complete(self, path: str) -> None:
        field = self._field
        field.value = path
        field.cursor_position = len(path)

    def on_key(self, event: Key) -> None:
        """Go down from the field into the list, and up out of it."""
        options = self.query_one(OptionList)
        if event.key == "down" and isinstance(self.focused, Input) and self._offered:
            options.focus()
            options.highlighted = 0
            event.stop()
        elif event.key == "up" and self.focused is options and options.highlighted == 0:
            self.query_one("#paths", Input).focus()
            event.stop()

    def action_complete(self) -> None:
        """Complete as far as there is no choice; if that is all, go to the other field."""
        field = self._field
        further = common(self._offered, field.value)
        if further != field.value:
            self._complete(further)
        else:
            self.query_one("#mapping" if field.id == "paths" else "#paths", Input).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what is offered: a folder is looked into, a file is in the field then."""
        self.query_one("#paths", Input).focus()
        self._complete(self._offered[event.option_index])

    # --- the end

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Import, if there is what was typed."""
        event.stop()
        self._choose(self.query_one("#paths", Input).value, self.query_one("#mapping", Input).value)

    @work(thread=True, exclusive=True, group="choose", exit_on_error=False)
    def _choose(self, typed: str, mapping: str) -> None:
        paths = chosen(typed.strip()) if typed.strip() else ()
        maps = chosen(mapping.strip()) if mapping.strip() else ()
        self.app.call_from_thread(self._chosen, typed, paths, maps, bool(mapping.strip()))

    def _chosen(
        self,
        typed: str,
        paths: tuple[Path, ...],
        maps: tuple[Path, ...],
        mapped: bool,  # noqa: FBT001 - from a thread
    ) -> None:
        if not self.is_attached:
            return
        if not paths:
            self._problem("there is no such file or folder" if typed else "type a file or folder")
        elif mapped and len(maps) != 1:
            self._problem("there is no such column map")
        else:
            self.session.imports.last_typed = typed
            self.dismiss(ImportWanted(paths, maps[0] if maps else None))

    def _problem(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(safe(sentence))


def _field(name: str, label: str, hint: str) -> ComposeResult:
    with Horizontal(classes="field"):
        yield Static(label, classes="label")
        yield Input(id=name, placeholder=hint, compact=True, select_on_focus=False)
