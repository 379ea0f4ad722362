"""Rows below a header -> invoices; shared by every table, whatever it was read from.

The first rows decide how its columns write amounts and dates.

A column that proves nothing itself is read as the others of its kind in the same table are.

Notations are decided from the first rows and then hold: a later value that contradicts them is a
problem of its row, never read in another way.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from expense_agent.domain.invoice import Source
from expense_agent.importers.amounts import NumberNotation, named_currency, notation_of
from expense_agent.importers.assemble import Notations, Said, invoice_from
from expense_agent.importers.dates import DateNotation, is_ambiguous, order_of
from expense_agent.importers.grouping import Keyed, invoices_of
from expense_agent.importers.headers import (
    AMOUNT_FIELDS,
    DATE_FIELDS,
    Columns,
    columns_of,
    listed,
    normalised,
    recognised,
)
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Record
from expense_agent.importers.text import shown

_HEADER_WITHIN = 30
"""Rows among which the header is looked for."""


class Row(NamedTuple):
    """One row as it was split, before it means anything."""

    line: int
    cells: list[str]
    share: float
    """How far through the file, 0 to 1."""
    problem: str | None = None
    """Why it cannot be read, where splitting has shown that."""


def below_header(
    rows: Iterator[Row], mapping: ColumnMapping, place: str = "line"
) -> tuple[Row | None, Iterator[Row], list[Problem]]:
    """Find the header: the first of the rows that name most columns.

    Gives it, the rows below it, and a note on rows above it. Empty rows are dropped everywhere.
    """
    filled: Iterator[Row] = (row for row in rows if row.problem or any(stripped(row.cells)))
    if mapping.header_row:
        line = mapping.header_row
        filled = itertools.dropwhile(lambda row: row.line < line, filled)
        return next(filled, None), filled, []
    head = list(itertools.islice(filled, _HEADER_WITHIN))
    if not head:
        return None, iter(()), []
    known = [recognised(row.cells, mapping.columns) for row in head]
    at = known.index(max(known))
    notes = [_skipped(head[:at], place)] if at else []
    return head[at], itertools.chain(head[at + 1 :], filled), notes


def stripped(cells: Iterable[str]) -> Iterator[str]:
    """Yield the cells without surrounding space."""
    return map(str.strip, cells)


def _skipped(rows: Sequence[Row], place: str) -> Problem:
    first, last = rows[0].line, rows[-1].line
    lines = f"{place} {first}" if first == last else f"{place}s {first} to {last}"
    return Problem(lines, "above the row of column names, not read")


N = TypeVar("N", NumberNotation, DateNotation)


def notations_of(
    columns: Columns, rows: Sequence[Sequence[str]], mapping: ColumnMapping
) -> tuple[Notations, list[Problem]]:
    """Decide for every column; give problems where the values leave it open or disagree."""
    amounts, problems = _amounts(columns, _texts(columns, AMOUNT_FIELDS, rows), mapping)
    dates, more = _dates(columns, _texts(columns, DATE_FIELDS, rows), mapping)
    notations = Notations(amounts, dates, mapping.currency, columns.currency)
    return notations, problems + more + _no_currency(columns, rows, notations)


def _texts(
    columns: Columns, fields: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, list[str]]:
    """Return the values of each column of a kind that is there."""
    at = {field: columns.at[field] for field in fields if field in columns.at}
    return {
        field: [text for row in rows if i < len(row) and (text := row[i].strip())]
        for field, i in at.items()
    }


def _amounts(
    columns: Columns, texts: Mapping[str, list[str]], mapping: ColumnMapping
) -> tuple[dict[str, NumberNotation], list[Problem]]:
    if mapping.decimal:
        return dict.fromkeys(texts, NumberNotation(mapping.decimal)), []
    reason = (
        "some values have a decimal point, others a decimal comma; "
        'say decimal = "." or decimal = "," in a mapping file'
    )
    return _each(columns, texts, notation_of, lambda found: bool(found.decimal), reason)


def _dates(
    columns: Columns, texts: Mapping[str, list[str]], mapping: ColumnMapping
) -> tuple[dict[str, DateNotation], list[Problem]]:
    if mapping.date_order:
        return dict.fromkeys(texts, DateNotation(mapping.date_order, chosen=True)), []
    advice = 'say date_order = "dmy" or "mdy" in a mapping file'
    reason = f"some values begin with the day, others with the month; {advice}"
    found, problems = _each(columns, texts, order_of, lambda found: bool(found.order), reason)
    for field, notation in found.items():
        unclear = next((text for text in texts[field] if is_ambiguous(text)), None)
        if unclear and notation.order is None:
            where = f"column {columns.header(field)}"
            problems.append(Problem(where, f"{shown(unclear)} may be two different days; {advice}"))
    return found, problems


def _each(
    columns: Columns,
    texts: Mapping[str, list[str]],
    decide: Callable[[Sequence[str]], N | None],
    is_decided: Callable[[N], bool],
    reason: str,
) -> tuple[dict[str, N], list[Problem]]:
    found: dict[str, N] = {}
    problems = []
    together = decide([text for column in texts.values() for text in column])
    for field, column in texts.items():
        own = decide(column)
        if own is None:
            problems.append(Problem(f"column {columns.header(field)}", reason))
        elif is_decided(own) or together is None or together.contested:
            found[field] = own
        else:
            found[field] = together
    return found, problems


def _no_currency(
    columns: Columns, rows: Sequence[Sequence[str]], notations: Notations
) -> list[Problem]:
    """Say once for the whole table that nothing in it names a currency."""
    if "currency" in columns.at or notations.currency or notations.header_currency:
        return []
    texts = _texts(columns, ("payable_amount",), rows).get("payable_amount", [])
    notation = notations.amounts.get("payable_amount", NumberNotation())
    if not texts or any(_names_currency(text, notation) for text in texts):
        return []
    reason = 'no column names a currency; name it in a mapping file (--mapping): currency = "EUR"'
    return [Problem("column currency", reason)]


def _names_currency(text: str, notation: NumberNotation) -> bool:
    try:
        return named_currency(notation.read(text).mark) is not None
    except UnreadableError:
        return False


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
