"""Which file to attach to a waiting invoice, and what the next person is to know of it."""

from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from expense_agent.service import Comment, QueueRow
from tui.model.files import chosen
from tui.safe_text import safe
from tui.screens.path_dialog import PATHS, PathDialog, path_field
from tui.session import Session
from tui.widgets.lines import KeyBar

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
        self._choose(self.value(PATHS).strip())

    @work(thread=True, exclusive=True, group="choose", exit_on_error=False)
    def _choose(self, typed: str) -> None:
        paths = chosen(typed) if typed else ()
        if not typed:
            problem = "type a file"
        elif len(paths) > 1:
            problem = f"these are {len(paths)} files; attach one after the other"
        else:
            problem = "" if paths and paths[0].is_file() else "there is no such file"
        self.app.call_from_thread(self._chosen, problem, paths[0] if paths else None)

    def _chosen(self, problem: str, path: Path | None) -> None:
        if not self.is_attached:
            return
        if problem:
            self.problem(problem)
        else:
            words, seen = self.value(_WORDS).strip(), self._row.seen
            self.dismiss(Comment(seen.invoice_id, words, path, seen.interrupt_id))
