"""A dialog that asks for paths: typed with completion, or picked from what is there."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.keymap import bindings
from tui.messages import ReadWanted
from tui.model.files import common, completions, last_part
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session

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
