"""Which files or folders to import, and with which map of columns."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from tui.messages import ImportWanted
from tui.model.files import chosen, missing
from tui.screens.path_dialog import PATHS, PathDialog, path_field
from tui.widgets.status_lines import KeyBar

_MAP = "mapping"


class ChooseFilesScreen(PathDialog[ImportWanted]):
    """Ends with what to import, or with nothing."""

    completed = (PATHS, _MAP)

    def compose(self) -> ComposeResult:
        """Two fields, what fits the first, and what is wrong."""
        with Vertical(classes="dialog -tall"):
            yield Static("Import files or folders", classes="dialog-title")
            yield from path_field(PATHS, "File or folder", "invoices/ or march/*.xml april.csv")
            yield from path_field(_MAP, "Column map", "a mapping.toml, if the tables need one")
            yield OptionList(markup=False, id="offered")
            yield Static(id="problem", classes="problem")
            yield KeyBar("choose")

    def on_mount(self) -> None:
        """Begin where the last import was chosen."""
        field = self.query_one(f"#{PATHS}", Input)
        field.value = self.session.imports.last_typed
        field.action_select_all()  # typing replaces it; a cursor key goes on with it
        self.look(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Import, if there is what was typed."""
        event.stop()
        typed, mapping = self.value(PATHS).strip(), self.value(_MAP).strip()
        self.find_out("chosen", lambda: _found(typed, mapping), self._take)

    def _take(self, found: ImportWanted | str) -> None:
        """Import what was found, or say what was not."""
        if isinstance(found, str):
            self.problem(found)
        else:
            self.session.imports.last_typed = self.value(PATHS)
            self.dismiss(found)


def _found(typed: str, mapping: str) -> ImportWanted | str:
    """Return what is to be imported, or what is wrong."""
    if not typed:
        return "type a file or folder"
    paths = chosen(typed)
    if not paths:
        return f"there is no such file or folder: {missing(typed)}"
    maps = chosen(mapping) if mapping else ()
    if mapping and len(maps) != 1:
        return "there is no such column map"
    return ImportWanted(paths, maps[0] if maps else None)
