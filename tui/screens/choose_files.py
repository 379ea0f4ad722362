"""Which files or folders to import, and with which map of columns."""

from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from tui.messages import ImportWanted
from tui.model.files import chosen, missing
from tui.screens.path_dialog import PATHS, PathDialog, path_field
from tui.widgets.lines import KeyBar

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
        self._choose(self.value(PATHS), self.value(_MAP))

    @work(thread=True, exclusive=True, group="choose", exit_on_error=False)
    def _choose(self, typed: str, mapping: str) -> None:
        paths = chosen(typed.strip()) if typed.strip() else ()
        none = "" if paths else missing(typed.strip())
        maps = chosen(mapping.strip()) if mapping.strip() else ()
        self.app.call_from_thread(self._chosen, typed, paths, none, maps, bool(mapping.strip()))

    def _chosen(
        self,
        typed: str,
        paths: tuple[Path, ...],
        none: str,
        maps: tuple[Path, ...],
        mapped: bool,  # noqa: FBT001 - from a thread
    ) -> None:
        if not self.is_attached:
            return
        if not paths:
            said = f"there is no such file or folder: {none}"
            self.problem(said if none else "type a file or folder")
        elif mapped and len(maps) != 1:
            self.problem("there is no such column map")
        else:
            self.session.imports.last_typed = typed
            self.dismiss(ImportWanted(paths, maps[0] if maps else None))
