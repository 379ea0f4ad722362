"""Importing: choose files, see how far it is, open every problem, and go to what became of each.

The import runs in the engine's thread beside the decisions; this screen only shows it.
"""

from textual.content import Content

from expense_agent.service import ImportProblem
from tui.formatting import counted
from tui.keymap import pressed
from tui.lists.import_list import INVOICE, PROBLEM, ImportList
from tui.messages import ImportWanted
from tui.model.imports import Batch
from tui.safe_text import safe
from tui.screens.help import ReadingPage
from tui.screens.listing import ListingPage
from tui.session import Session


class ImportScreen(ListingPage[ImportList]):
    """The imports of this run, and of the one under the cursor everything."""

    BINDINGS = pressed("views", "import")
    keys_shown = "import"

    def __init__(self, session: Session) -> None:
        super().__init__(session, ImportList)

    def action_open(self) -> None:
        """Show what the line is about: a batch's problems or invoices, a problem, an invoice."""
        match self.contents.table.record:
            case Batch() as batch:
                self.contents.batch = batch
                self.contents.views.show(PROBLEM if self.contents.problems(PROBLEM) else INVOICE)
            case (_, ImportProblem() as problem):
                self.open(ReadingPage(self.session, _told(problem)))
            case str() as invoice_id:
                self.show_invoice(invoice_id)
            case _:
                self.action_choose()

    def action_choose(self) -> None:
        """Ask which files, then import them."""
        if self.session.desk.read_only:
            self.say("cannot import: read-only")
            return
        if self.session.imports.running:
            self.say("an import is running: wait for it, or stop it with X")
            return
        from tui.screens.choose_files import ChooseFilesScreen  # noqa: PLC0415 - when needed

        self.open(ChooseFilesScreen(self.session), self._begin)

    def _begin(self, wanted: ImportWanted | None) -> None:
        if wanted:
            self.contents.views.show(0)
            self.post_message(wanted)

    def action_again(self) -> None:
        """Import the same files again: known invoices are counted, new ones taken."""
        if (
            self.contents.batch
            and not self.session.imports.running
            and not self.session.desk.read_only
        ):
            self._begin(ImportWanted(self.contents.batch.paths, self.contents.batch.mapping))

    def action_stop(self) -> None:
        """Stop after the chunk in hand."""
        if self.session.imports.running:
            self.say("stopping after the chunk in hand")
            self.session.imports.stop()
        else:
            self.say(f"nothing is running; {counted(len(self.session.imports.batches), 'import')}")


def _told(problem: ImportProblem) -> Content:
    lines = [("file", problem.file), ("place", problem.location), ("reason", problem.reason)]
    shown = [
        Content.assemble((f"{label:8}", "$text-muted"), safe(text, limit=2000))
        for label, text in lines
    ]
    advice = "Mend the file and import it again: what was taken is known, the rest is read."
    return Content("\n").join([*shown, Content(""), Content(advice)])
