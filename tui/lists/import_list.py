"""The imports of this run, and everything of the one under the cursor."""

from collections.abc import Callable, Sequence
from typing import Any

from expense_agent.service import Headline, ImportProblem
from tui.lists.contents import Contents
from tui.lists.import_looks import BATCHES, PROBLEMS, invoices_look
from tui.model.imports import Batch
from tui.screens.page import Page

BATCH, PROBLEM, NOTE, INVOICE = range(4)
"""The views; all but the first are about one batch."""


class ImportList(Contents):
    """Batches, or of one batch its problems, notes or invoices."""

    hint = "words of a file, place, reason or invoice"
    look = BATCHES

    def __init__(self, page: Page[None], redraw: Callable[[], None]) -> None:
        super().__init__(page, redraw)
        self.batch: Batch | None = None
        """The one whose problems, notes and invoices are shown."""
        self._known: dict[str, Headline] = {}
        self._looks = (BATCHES, PROBLEMS, PROBLEMS, invoices_look(self._known))
        self._newest = 0
        self._listed: tuple[int, int, bool] | None = None
        """How far the newest batch was when it was listed."""

    # --- what is listed

    def read(self) -> None:
        """Read again what has become of the invoices in sight."""
        if self.views.shown == INVOICE:
            self._known.clear()
            self._read_headlines()

    def narrowed(self) -> None:
        """List what the view and the search leave."""
        self.table.relook(self._looks[self.views.shown])
        self._listed = None
        self._list()

    def _list(self) -> None:
        batches = self.session.imports.batches
        if self.batch is None and batches:
            self.batch = batches[0]
        self.table.show(self._records())
        if self.views.shown == INVOICE:
            self._read_headlines()

    def _records(self) -> Sequence[Any]:
        words = self.words.casefold()
        if self.views.shown == BATCH:
            return [one for one in self.session.imports.batches if words in one.name.casefold()]
        if self.views.shown == INVOICE:
            return [one for one in self._ids() if words in self._invoice_words(one)]
        return [
            (number, one)
            for number, one in enumerate(self.problems(self.views.shown))
            if words in f"{one.file} {one.location} {one.reason}".casefold()
        ]

    def _ids(self) -> Sequence[str]:
        report = self.batch.report if self.batch else None
        return list(dict.fromkeys(report.ids)) if report else ()

    def _invoice_words(self, invoice_id: str) -> str:
        known = self._known.get(invoice_id)
        return f"{invoice_id} {known.supplier} {known.number} {known.state}".casefold() if (
            known) else invoice_id.casefold()  # fmt: skip

    def problems(self, view: int) -> Sequence[ImportProblem]:
        """Return the problems of the batch, or its notes."""
        report = self.batch.report if self.batch else None
        if report is None:
            return ()
        return report.problems if view == PROBLEM else report.notes

    def _read_headlines(self) -> None:
        """Read what is known of the invoices in sight and a page around them."""
        height = self.table.size.height
        top = max(0, self.table.place - height)
        ids = [one for one in self._ids()[top : top + 3 * height] if one not in self._known]
        if ids:
            self.page.ask(
                "headlines", lambda service: service.readings.headlines(ids), self._take_headlines
            )

    def _take_headlines(self, headlines: list[Headline]) -> None:
        self._known.update({headline.id: headline for headline in headlines})
        self.table.refresh()
        self.redraw()

    def follow(self) -> None:
        """List anew a batch that moved on."""
        for batch in self.session.imports.batches[:1]:
            moved = (batch.number, batch.progress.done, batch.running)
            if moved != self._listed:
                self.batch = batch if batch.number != self._newest else self.batch
                self._newest, self._listed = batch.number, moved
                self._list()

    def titles(self) -> list[str]:
        """Return the views; all but the first are about one batch."""
        report = self.batch.report if self.batch else None
        return [
            f"Imports {len(self.session.imports.batches)}",
            f"Problems {len(report.problems) if report else 0:,}",
            f"Notes {len(report.notes) if report else 0:,}",
            f"Invoices {len(self._ids()):,}",
        ]

    def counts(self) -> str:
        """Return which batch the views are about."""
        if self.batch is None:
            return "i chooses files to import "
        return f"{self.batch.name} "

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
                nothing = "nothing imported in this run yet: i chooses files"
                return nothing if self.views.shown == BATCH else "nothing here"

    def moved(self) -> None:
        """Look at another batch, or read what came into sight."""
        if isinstance(self.table.record, Batch):
            self.batch = self.table.record
        if self.views.shown == INVOICE:
            self._read_headlines()
