"""Importing: choose files, see how far it is, open every problem, and go to what became of each.

The import runs in the engine's thread beside the decisions; this screen only shows it.
"""

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from expense_agent.service import Headline, ImportProblem
from tui.formatting import counted
from tui.keymap import bindings
from tui.messages import ImportWanted
from tui.model.imports import Batch
from tui.safe_text import safe
from tui.screens.import_looks import BATCHES, PROBLEMS, invoices_look
from tui.screens.listing import ListingPage
from tui.screens.reading_page import ReadingPage
from tui.session import Session

_BATCH, _PROBLEM, _NOTE, _INVOICE = range(4)


class ImportScreen(ListingPage):
    """The imports of this run, and of the one under the cursor everything."""

    BINDINGS = [*bindings("views"), *bindings("import")]  # noqa: RUF012 - Textual declares it
    keys_shown = "import"
    hint = "words of a file, place, reason or invoice"
    look = BATCHES
    view_count = 4

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._batch: Batch | None = None
        """The one whose problems, notes and invoices are shown."""
        self._known: dict[str, Headline] = {}
        self._looks = (BATCHES, PROBLEMS, PROBLEMS, invoices_look(self._known))
        self._newest = 0
        self._listed: tuple[int, int, bool] | None = None
        """How far the newest batch was when it was listed."""

    # --- what is listed

    def read(self) -> None:
        """Read again what has become of the invoices in sight."""
        if self.view == _INVOICE:
            self._known.clear()
            self._read_headlines()

    def narrowed(self) -> None:
        """List what the view and the search leave."""
        self.table.relook(self._looks[self.view])
        self._listed = None
        self._list()

    def _list(self) -> None:
        batches = self.session.imports.batches
        if self._batch is None and batches:
            self._batch = batches[0]
        self.table.show(self._records())
        if self.view == _INVOICE:
            self._read_headlines()

    def _records(self) -> Sequence[Any]:
        words = self.search.text.casefold()
        if self.view == _BATCH:
            return [one for one in self.session.imports.batches if words in one.name.casefold()]
        if self.view == _INVOICE:
            return [one for one in self._ids() if words in self._invoice_words(one)]
        return [
            (number, one)
            for number, one in enumerate(self._problems(self.view))
            if words in f"{one.file} {one.location} {one.reason}".casefold()
        ]

    def _ids(self) -> Sequence[str]:
        report = self._batch.report if self._batch else None
        return list(dict.fromkeys(report.ids)) if report else ()

    def _invoice_words(self, invoice_id: str) -> str:
        known = self._known.get(invoice_id)
        return f"{invoice_id} {known.supplier} {known.number} {known.state}".casefold() if (
            known) else invoice_id.casefold()  # fmt: skip

    def _problems(self, view: int) -> Sequence[ImportProblem]:
        report = self._batch.report if self._batch else None
        if report is None:
            return ()
        return report.problems if view == _PROBLEM else report.notes

    def _read_headlines(self) -> None:
        """Read what is known of the invoices in sight and a page around them."""
        height = self.table.size.height
        top = max(0, self.table.place - height)
        ids = [one for one in self._ids()[top : top + 3 * height] if one not in self._known]
        if ids:
            self.ask("headlines", lambda service: service.headlines(ids), self._take_headlines)

    def _take_headlines(self, headlines: list[Headline]) -> None:
        self._known.update({headline.id: headline for headline in headlines})
        self.table.refresh()
        self.draw()

    # --- drawing

    def draw(self) -> None:
        """Draw; a batch that moved on is listed anew."""
        for batch in self.session.imports.batches[:1]:
            moved = (batch.number, batch.progress.done, batch.running)
            if moved != self._listed:
                self._batch = batch if batch.number != self._newest else self._batch
                self._newest, self._listed = batch.number, moved
                self._list()
        super().draw()

    def titles(self) -> list[str]:
        """Return the views; all but the first are about one batch."""
        report = self._batch.report if self._batch else None
        return [
            f"Imports {len(self.session.imports.batches)}",
            f"Problems {len(report.problems) if report else 0:,}",
            f"Notes {len(report.notes) if report else 0:,}",
            f"Invoices {len(self._ids()):,}",
        ]

    def counts(self) -> str:
        """Return which batch the views are about."""
        if self._batch is None:
            return "i chooses files to import "
        return f"{self._batch.name} "

    def sums(self) -> str:
        """Return how far the running import is."""
        running = self.session.imports.running
        return f"importing {running.progress.share:.0%}: X stops it " if running else ""

    def about_cursor(self) -> str:
        """Say all about the line under the cursor."""
        match self.table.record:
            case Batch() as batch:
                return batch.sentence
            case (_, ImportProblem() as problem):
                return f"{problem.location}: {problem.reason}"
            case str() as invoice_id:
                known = self._known.get(invoice_id)
                return f"{invoice_id} is {known.state}: Enter shows it" if known else ""
            case _:
                return "nothing imported in this run yet: i chooses files" if not self.view else (
                    "nothing here"
                )  # fmt: skip

    # --- events and actions

    def on_record_table_moved(self) -> None:
        """Look at another batch, or read what came into sight."""
        if isinstance(self.table.record, Batch):
            self._batch = self.table.record
        if self.view == _INVOICE:
            self._read_headlines()
        super().on_record_table_moved()

    def action_open(self) -> None:
        """Show what the line is about: a batch's problems or invoices, a problem, an invoice."""
        match self.table.record:
            case Batch() as batch:
                self._batch = batch
                self._turn_view(_PROBLEM if self._problems(_PROBLEM) else _INVOICE)
            case (_, ImportProblem() as problem):
                self.open(ReadingPage(self.session, _told(problem)))
            case str() as invoice_id:
                self.open_invoice(invoice_id)
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
            self._turn_view(-self.view)
            self.post_message(wanted)

    def action_again(self) -> None:
        """Import the same files again: known invoices are counted, new ones taken."""
        if self._batch and not self.session.imports.running and not self.session.desk.read_only:
            self._begin(ImportWanted(self._batch.paths, self._batch.mapping))

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
