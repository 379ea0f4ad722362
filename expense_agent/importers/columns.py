"""Rows below a header -> invoices; shared by every table, whatever it was split from.

Notations are decided from the first rows and then hold: a later value that contradicts them is a
problem of its row, never read in another way.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from expense_agent.domain.invoice import Source
from expense_agent.importers.assemble import Notations, Said, invoice_from
from expense_agent.importers.grouping import Keyed, invoices_of
from expense_agent.importers.headers import Columns, columns_of, listed, normalised
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.notation import notations_of
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Record
from expense_agent.importers.table_rows import Row, below_header, stripped
from expense_agent.importers.text import shown

SAMPLE_ROWS = 5_000
"""Rows that decide the notations of a table."""
SAMPLE_CELLS = 500_000
"""Cells of them: rows of many columns are fewer."""
MOST_ROWS = 200_000
"""Rows read of one file; the largest real one has 137,838."""
_TOTALS_WORDS = """
total totals totalamount grandtotal subtotal sum summe gesamt gesamtsumme gesamtbetrag zwischensumme
totale totaal suma
"""
_TOTALS = frozenset(_TOTALS_WORDS.split())


def read_table(
    rows: Iterator[Row],
    source: Source,
    form: str,
    mapping: ColumnMapping,
    notes: Sequence[Problem] = (),
) -> Iterator[Record]:
    """Find header and notations, then read row by row; no row goes without a word.

    The location of the source, if there is one, is the sheet that the table stands on.
    """
    place = f"{source.location} row" if source.location else "line"
    nothing = Record(source.file, form, None, None, (), 1.0)
    header, below, skipped = below_header(rows, mapping, place)
    notes = [*notes, *skipped]
    if header is None:
        yield replace(nothing, problems=(*notes, Problem("file", "there is no table in it")))
        return
    if header.problem and not header.cells:
        problem = Problem(f"{place} {header.line}", header.problem)
        yield replace(nothing, problems=(*notes, problem))
        return
    columns = columns_of(header.cells, mapping.columns)
    notes = [*notes, *columns.notes]
    sample = list(_sample(below))
    readable = [row.cells for row in sample if not row.problem]
    notations, open_questions = notations_of(columns, readable, mapping)
    if problems := [*columns.problems, *_no_amount(columns), *open_questions]:
        yield replace(nothing, problems=(*notes, *problems))
        return
    found = _Table(source, form, columns, notations, place).read(itertools.chain(sample, below))
    yield from _with_notes(invoices_of(found, mapping.row), notes, nothing)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose header and notations are known."""

    source: Source
    form: str
    columns: Columns
    notations: Notations
    place: str

    def read(self, rows: Iterator[Row]) -> Iterator[Keyed]:
        """Yield every row's Record under what would make it a line of the same invoice."""
        for count, row in enumerate(rows):
            values = self._values(row.cells)
            key = (values.get("supplier", ""), values.get("number", ""))
            if count == MOST_ROWS:
                reason = (
                    f"more than {MOST_ROWS:,} rows: from here on nothing is read; split the file"
                )
                yield key, self._problem(row, reason)
                return
            doubt = row.problem or self._wrong_width(row.cells) or self._no_invoice(values)
            yield key, self._problem(row, doubt) if doubt else self._record(row, values)

    def _values(self, cells: Sequence[str]) -> dict[str, str]:
        width = len(cells)
        at = self.columns.at.items()
        return {field: text for field, i in at if i < width and (text := cells[i].strip())}

    def _record(self, row: Row, values: dict[str, str]) -> Record:
        location = f"{self.place} {row.line}"
        source = Source(self.source.file, self.source.sha256, self.source.bytes, location)
        try:
            invoice = invoice_from(Said(values), self.notations, source)
        except UnreadableError as error:
            return self._problem(row, str(error))
        notes: tuple[Problem, ...] = ()
        if values.get("currency", invoice.currency) != invoice.currency:
            reason = f"currency {shown(values['currency'])} read as {invoice.currency}"
            notes = (Problem(location, reason),)
        return Record(self.source.file, self.form, None, invoice, notes, row.share)

    def _problem(self, row: Row, reason: str) -> Record:
        problem = Problem(f"{self.place} {row.line}", reason)
        return Record(self.source.file, self.form, None, None, (problem,), row.share)

    def _wrong_width(self, cells: Sequence[str]) -> str | None:
        width = len(self.columns.names)
        if len(cells) == width or (len(cells) > width and not any(stripped(cells[width:]))):
            return None
        return f"{len(cells)} columns where the header has {width}"

    def _no_invoice(self, values: dict[str, str]) -> str | None:
        """Say why a row is none: totals and remarks stand below many tables."""
        if not values:
            return "no value in any of the columns that are read"
        who = [values[field] for field in ("supplier", "number") if field in values]
        if not who and ("supplier" in self.columns.at or "number" in self.columns.at):
            return "neither supplier nor number: taken for a row of totals, not for an invoice"
        if len(who) == 1 and "issue_date" not in values and normalised(who[0]) in _TOTALS:
            return f"{shown(who[0])}: taken for a row of totals, not for an invoice"
        return None


def _sample(rows: Iterator[Row]) -> Iterator[Row]:
    cells = 0
    for row in itertools.islice(rows, SAMPLE_ROWS):
        yield row
        cells += len(row.cells)
        if cells > SAMPLE_CELLS:
            return


def _no_amount(columns: Columns) -> list[Problem]:
    if "payable_amount" in columns.at or columns.problems:
        return []
    reason = (
        f"no column for the amount to pay; the columns are: {listed(columns.names)}; "
        'name it in a mapping file (--mapping): [columns] payable_amount = "..."'
    )
    return [Problem("file", reason)]


def _with_notes(
    records: Iterator[Record], notes: Sequence[Problem], nothing: Record
) -> Iterator[Record]:
    """Put what is to be said of the whole file beside its first invoice, or at the end."""
    waiting, empty = tuple(notes), True
    for record in records:
        empty = False
        if record.invoice and waiting:
            yield replace(record, problems=(*waiting, *record.problems))
            waiting = ()
        else:
            yield record
    if empty:
        waiting = (*waiting, Problem("file", "a header and no rows below it"))
    if waiting:
        yield replace(nothing, problems=waiting)
