"""A batch of files on its way in: read, cut into chunks, handed to the intake, counted."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path, PurePath

from expense_agent.domain.invoice import Invoice, content_hash
from expense_agent.importers import (
    Document,
    PageReader,
    Record,
    files_of,
    load_mapping,
    read_batch,
)
from expense_agent.importers.text import printable
from expense_agent.service import ImportProblem, ImportProgress, ImportReport
from expense_agent.storage.store import Sources
from expense_agent.workflow.intake import Intake, Taken

Told = Callable[[ImportProgress], None]
MOST_NOTES = 200
REPEATED = (
    "repeats a row of this file and is not taken twice (the first of such rows); where rows are"
    ' lines of one invoice, a mapping file with row = "lines" adds them up'
)
MOST_UNKEPT = 32 * 1024 * 1024
"""Bytes of files whose invoices wait for the next chunk: a few PDFs make a chunk of their own."""


class Submission:
    """One import. Runs in one worker thread; what it reads is never more than a chunk ahead."""

    def __init__(
        self,
        intake: Intake,
        sources: Sources,
        chunk: int,
        told: Told | None,
        pages: PageReader | None = None,
    ) -> None:
        self._intake = intake
        self._sources = sources
        self._chunk = chunk
        self._told = told
        self._pages = pages
        self._report = ImportReport()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._noted: set[tuple[str, str]] = set()
        self._file = ""
        self._pending: list[tuple[Invoice, int]] = []
        self._document: Document | None = None
        self._unkept: dict[str, bytes] = {}
        self._new: dict[str, str] = {}
        """Invoice id -> the file it came from, of what this import has taken in."""
        self._stopped = False

    def stop(self) -> None:
        """End after the chunk in hand; the same import again takes the rest."""
        self._stopped = True

    def run(self, paths: Sequence[Path], mapping: Path | None) -> ImportReport:
        """Import every file; a record that cannot be read is a problem, and the rest goes on."""
        began = time.monotonic()
        files = files_of(paths)
        columns = load_mapping(mapping) if mapping else None
        position = {printable(str(file)): place for place, file in enumerate(files)}
        with closing(read_batch(paths, columns, self._opened, self._pages)) as records:
            for record in records:
                if self._stopped:
                    break
                self._take(record)
                if self._is_full():
                    share = (_place(record.file, position) + record.share) / len(files)
                    self._flush(record.file, share)
        self._flush("", 1.0)
        self._report.seconds = round(time.monotonic() - began, 3)
        return self._report

    def _opened(self, document: Document) -> None:
        self._document = document

    def _is_full(self) -> bool:
        waiting = sum(map(len, self._unkept.values()))
        return len(self._pending) >= self._chunk or waiting > MOST_UNKEPT

    def _take(self, record: Record) -> None:
        self._report.documents += record.file != self._file
        self._file = record.file
        said = [ImportProblem(record.file, p.location, p.reason) for p in record.problems]
        if record.invoice is None:
            self._report.problems += said
            return
        self._pending.append((record.invoice, self._occurrence(record)))
        if self._document and self._document.source.sha256 == record.invoice.source.sha256:
            self._unkept[self._document.source.sha256] = self._document.data
        for note in said:
            self._note(note)

    def _note(self, note: ImportProblem) -> None:
        """Keep a doubt once; thousands of rows may share it."""
        key = (note.file, note.reason)
        if key not in self._noted and len(self._noted) < MOST_NOTES:
            self._noted.add(key)
            self._report.notes.append(note)

    def _occurrence(self, record: Record) -> int:
        """Count equal rows without a number in a file: they may be two invoices, not one twice."""
        assert record.invoice is not None
        if record.invoice.number_key is not None:
            return 0
        key = (record.file, content_hash(record.invoice))
        self._seen[key] += 1
        return self._seen[key] - 1

    def _flush(self, file: str, share: float) -> None:
        report, entries = self._report, self._pending
        self._sources.keep(self._unkept)
        self._unkept = {}
        taken = self._intake.take(entries) if entries else []
        self._pending = []
        for (invoice, _), what in zip(entries, taken, strict=True):
            report.ids.append(what.invoice_id)
            self._note_repetition(invoice, what)
            self._count(invoice, what.invoice_id, what.outcome)
        if self._told:
            self._told(ImportProgress(file, report.invoices, share, _outcomes(report)))

    def _note_repetition(self, invoice: Invoice, what: Taken) -> None:
        """Say of a row that repeats one of its own file that it may be a line of that invoice."""
        source = invoice.source
        if what.outcome != "duplicate":
            self._new[what.invoice_id] = source.file
        elif source.location and self._new.get(what.invoice_id) == source.file:
            self._note(ImportProblem(source.file, source.location, REPEATED))

    def _count(self, invoice: Invoice, invoice_id: str, outcome: str) -> None:
        report = self._report
        if outcome in ("received", "failed"):
            reason = f"kept as {invoice_id}, but its run broke off; `recover` goes on with it"
            where = invoice.source
            report.problems.append(ImportProblem(where.file, where.location or "file", reason))
            return
        report.invoices += 1
        match outcome:
            case "duplicate":
                report.duplicates += 1
            case "scheduled":
                report.scheduled += 1
            case "booked":
                report.booked += 1
            case _:
                report.waiting += 1


def _outcomes(report: ImportReport) -> dict[str, int]:
    return {
        "scheduled": report.scheduled,
        "waiting": report.waiting,
        "booked": report.booked,
        "duplicates": report.duplicates,
        "problems": len(report.problems),
    }


def _place(file: str, position: Mapping[str, int]) -> int:
    """Return the place of a file among those of the import; one in an archive has its place."""
    ways = (file, *map(str, PurePath(file).parents))
    return next((position[way] for way in ways if way in position), 0)
