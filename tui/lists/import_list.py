"""The imports of this run, and everything of the one under the cursor."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from expense_agent.service import Headline, ImportProblem
from tui.formatting import grouped
from tui.lists.contents import Contents
from tui.model.imports import Batch
from tui.safe_text import inert
from tui.screens.page import Page
from tui.widgets.list_columns import Column
from tui.widgets.record_table import Look

_BATCHES = (
    Column("began", "BEGAN", 5),
    Column("name", "FILES", 0),
    Column("state", "", 8),
    Column("invoices", "INVOICES", 8, right=True),
    Column("scheduled", "SCHED", 6, right=True),
    Column("waiting", "WAIT", 6, right=True),
    Column("booked", "BOOKED", 6, right=True, since=90),
    Column("duplicates", "AGAIN", 6, right=True),
    Column("problems", "PROBLEMS", 8, right=True),
)
_PROBLEMS = (
    Column("file", "FILE", 24),
    Column("location", "PLACE", 16),
    Column("reason", "REASON", 0),
)
_INVOICES = (
    Column("id", "ID", 8),
    Column("supplier", "SUPPLIER", 0),
    Column("number", "INVOICE", 14, ends=True),
    Column("amount", "PAYABLE", 12, right=True),
    Column("currency", "CUR", 3),
    Column("state", "IS NOW", 10),
)


def _state(batch: Batch) -> str:
    if batch.running:
        return f"{batch.progress.share:4.0%}"
    return "stopped" if batch.broke_off.startswith("stopped") else (
        "failed" if batch.broke_off else "done"
    )  # fmt: skip


def _of_batch(batch: Batch) -> dict[str, str]:
    done = batch.report.invoices if batch.report else batch.progress.done
    return {
        "began": batch.began.astimezone().strftime("%H:%M"),
        "name": inert(batch.name),
        "state": _state(batch),
        "invoices": f"{done:,}",
        **{name: f"{count:,}" for name, count in batch.outcomes.items()},
    }


def short_file(path: str) -> str:
    """Return the last two parts of a path: what distinguishes files of one import."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def _of_problem(numbered: tuple[int, ImportProblem]) -> dict[str, str]:
    _, problem = numbered
    return {
        "file": inert(short_file(problem.file)),
        "location": inert(problem.location),
        "reason": inert(problem.reason, 400),
    }


def _problem_tone(_numbered: tuple[int, ImportProblem]) -> str:
    return ""


BATCHES = Look[Batch](
    _BATCHES,
    key=lambda batch: batch.number,
    texts=_of_batch,
    tone=lambda batch: "alarm" if batch.broke_off else "",
)
PROBLEMS = Look[tuple[int, ImportProblem]](
    _PROBLEMS, key=lambda numbered: numbered[0], texts=_of_problem, tone=_problem_tone
)


def invoices_look(known: Mapping[str, Headline]) -> Look[str]:
    """List ids; what is known of each is read when it comes into sight."""

    def texts(invoice_id: str) -> dict[str, str]:
        headline = known.get(invoice_id)
        if headline is None:
            return {**dict.fromkeys(("supplier", "number", "amount", "currency", "state"), "..."),
                    "id": inert(invoice_id)}  # fmt: skip
        return {
            "id": inert(invoice_id),
            "supplier": inert(headline.supplier),
            "number": inert(headline.number) or "-",
            "amount": grouped(headline.payable_amount, headline.currency) or "none",
            "currency": inert(headline.currency),
            "state": inert(headline.state),
        }

    return Look(_INVOICES, key=lambda invoice_id: invoice_id, texts=texts)


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
