"""A batch of files on its way in: read, cut into chunks, handed to the intake, counted."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from expense_agent.domain.invoice import Invoice, content_hash
from expense_agent.importers import Record, files_of, load_mapping, read_batch
from expense_agent.service import ImportProblem, ImportProgress, ImportReport
from expense_agent.workflow.intake import Intake

Told = Callable[[ImportProgress], None]


class Submission:
    """One import. Runs in one worker thread; what it reads is never more than a chunk ahead."""

    def __init__(self, intake: Intake, chunk: int, told: Told | None) -> None:
        self._intake = intake
        self._chunk = chunk
        self._told = told
        self._report = ImportReport()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._pending: list[tuple[Invoice, int]] = []
        self._stopped = False

    def stop(self) -> None:
        """End after the chunk in hand; the same import again takes the rest."""
        self._stopped = True

    def run(self, paths: Sequence[Path], mapping: Path | None) -> ImportReport:
        """Import every file; a record that cannot be read is a problem, and the rest goes on."""
        began = time.monotonic()
        files = files_of(paths)
        self._report.documents = len(files)
        columns = load_mapping(mapping) if mapping else None
        position = {str(file): place for place, file in enumerate(files)}
        for record in read_batch(paths, columns):
            if self._stopped:
                break
            self._take(record)
            if len(self._pending) >= self._chunk:
                place = position.get(record.file, 0)
                self._flush(record.file, (place + record.share) / max(1, len(files)))
        self._flush("", 1.0)
        self._report.seconds = round(time.monotonic() - began, 3)
        return self._report

    def _take(self, record: Record) -> None:
        if record.invoice is not None:
            self._pending.append((record.invoice, self._occurrence(record)))
            return
        for problem in record.problems:
            entry = ImportProblem(record.file, problem.location, problem.reason)
            self._report.problems.append(entry)

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
        taken = self._intake.take(entries) if entries else []
        self._pending = []
        for (invoice, _), what in zip(entries, taken, strict=True):
            report.ids.append(what.invoice_id)
            self._count(invoice, what.invoice_id, what.outcome)
        if self._told:
            self._told(ImportProgress(file, report.invoices, share))

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
