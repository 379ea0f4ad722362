"""Dialogs that ask for paths: files to import, or one to attach to a waiting invoice."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from expense_agent.service import Comment, QueueRow
from tui.keymap import bindings
from tui.messages import ImportWanted, ReadWanted
from tui.model.files import chosen, common, completions, last_part, missing
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar

T = TypeVar("T")
A = TypeVar("A")
PATHS = "paths"
"""The field that the list below completes unless another has the focus."""


class PathDialog(Dialog[T]):
    """Has a field `paths`, a list `offered` and a line `problem`."""

    BINDINGS = bindings("choose")
    AUTO_FOCUS = f"#{PATHS}"
    keys_shown = "choose"
    completed: tuple[str, ...] = (PATHS,)
    """The fields that hold paths; Tab in any other goes on."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._offered: list[str] = []

    # --- what fits

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits what is typed."""
        self.problem("")
        if event.input.id in self.completed:
            self.look(event.value)

    def look(self, typed: str) -> None:
        """Find out what fits."""
        self.find_out("offered", lambda: completions(typed), partial(self._offer, typed))

    def _offer(self, typed: str, offered: list[str]) -> None:
        if typed != self._field.value:
            return
        self._offered = offered
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(safe(last_part(path), limit=400), id=path) for path in offered)

    def find_out(self, kind: str, find: Callable[[], A], take: Callable[[A], Any]) -> None:
        """Look at the disk, and take what is found if this dialog is still there."""
        self.app.post_message(ReadWanted(self, kind, lambda _store: find(), take, of_files=True))

    def cannot_read(self, error: Exception) -> None:
        """Say what is wrong with what was typed."""
        self.problem(str(error))

    @property
    def _field(self) -> Input:
        focused = self.focused
        if isinstance(focused, Input) and focused.id in self.completed:
            return focused
        return self.query_one(f"#{PATHS}", Input)

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
            self.query_one(f"#{PATHS}", Input).focus()
            event.stop()

    def action_complete(self) -> None:
        """Complete as far as there is no choice; if that is all, go to the next field."""
        focused = self.focused
        if isinstance(focused, Input) and focused.id in self.completed:
            further = common(self._offered, focused.value)
            if further != focused.value:
                self._complete(further)
                return
        fields = list(self.query(Input))
        place = fields.index(focused) if isinstance(focused, Input) else -1
        fields[(place + 1) % len(fields)].focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what is offered: a folder is looked into, a file is in the field then."""
        self.query_one(f"#{PATHS}", Input).focus()
        self._complete(event.option_id or "")  # not by its number: the list may be another by now

    def value(self, name: str) -> str:
        """Return what is typed into a field."""
        return self.query_one(f"#{name}", Input).value

    def problem(self, sentence: str) -> None:
        """Say what is wrong."""
        self.query_one("#problem", Static).update(safe(sentence, limit=300))


def path_field(name: str, label: str, hint: str) -> ComposeResult:
    """Compose a field with its label."""
    with Horizontal(classes="field"):
        yield Static(label, classes="label")
        yield Input(id=name, placeholder=hint, compact=True, select_on_focus=False)


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


_WORDS = "words"


class AttachScreen(PathDialog[Comment]):
    """Ends with the remark that carries the file, or with nothing."""

    def __init__(self, session: Session, row: QueueRow) -> None:
        super().__init__(session)
        self._row = row

    def compose(self) -> ComposeResult:
        """Hold a field for the file, one for words, what fits the first, and what is wrong."""
        row = self._row
        with Vertical(classes="dialog -tall"):
            name = row.number or row.seen.invoice_id
            yield Static(safe(f"Attach a document to {name}  {row.supplier}", "bold"))
            yield from path_field(PATHS, "File", "order.pdf; a copy of it is kept")
            yield from path_field(_WORDS, "Comment", "what it shows; may be left out")
            yield OptionList(markup=False, id="offered")
            yield Static(id="problem", classes="problem")
            yield KeyBar("choose")

    def on_mount(self) -> None:
        """Offer what is here."""
        self.look("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Attach it, if there is one such file."""
        event.stop()
        typed = self.value(PATHS).strip()
        self.find_out("chosen", lambda: _one_file(typed), self._take)

    def _take(self, found: Path | str) -> None:
        """Attach the file, or say why there is none."""
        if isinstance(found, str):
            self.problem(found)
        else:
            words, seen = self.value(_WORDS).strip(), self._row.seen
            self.dismiss(Comment(seen.invoice_id, words, found, seen.interrupt_id))


def _one_file(typed: str) -> Path | str:
    """Return the file that is meant, or what is wrong."""
    if not typed:
        return "type a file"
    paths = chosen(typed)
    if len(paths) > 1:
        return f"these are {len(paths)} files; attach one after the other"
    return paths[0] if paths and paths[0].is_file() else "there is no such file"
