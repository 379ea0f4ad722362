"""Which file to attach to a waiting invoice, and what the next person is to know of it."""

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from expense_agent.service import Comment, QueueRow
from tui.model.files import chosen
from tui.safe_text import safe
from tui.screens.path_dialog import PATHS, PathDialog, path_field
from tui.session import Session
from tui.widgets.status_lines import KeyBar

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
