"""Lists that people keep as CSV: their suppliers, and an old ledger to learn categories from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from expense_agent.domain.invoice import Invoice, InvoiceLine, Source
from expense_agent.domain.supplier import Supplier, iban_problem, is_iban
from expense_agent.importers.columns import Row, below_header
from expense_agent.importers.csv_file import CsvFile, rows_of
from expense_agent.importers.headers import Columns, columns_of, listed, normalised
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.source import read_document
from expense_agent.importers.text import Texts

_Line = TypeVar("_Line")
_NO_MAPPING = ColumnMapping()


@dataclass(frozen=True, slots=True)
class ListFormat:
    """The fields a list holds."""

    fields: tuple[str, ...]
    needed: Mapping[str, str]
    """Fields that must have a column -> what that column is called."""
    described: str
    """Its columns, for people."""
    also_called: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Other names of a field's column, in this order, where none has its usual name."""


def read_list(
    path: Path, form: ListFormat, read: Callable[[str, Texts], _Line | Problem]
) -> Iterator[_Line | Problem]:
    """Read a list lazily; `read` makes a line of its place and texts, a Problem stops nothing."""
    table = _opened(path, form)
    if isinstance(table, Problem):
        yield table
        return
    notes, rows = table
    yield from notes
    header, below, skipped = below_header(rows, _NO_MAPPING)
    yield from skipped
    columns = _columns(header.cells if header else [], form)
    yield from columns.problems
    if columns.problems:
        return
    if missing := [name for key, name in form.needed.items() if key not in columns.at]:
        named = " and ".join(missing)
        yield Problem("file", f"no column {named}; the columns are: {listed(columns.names)}")
        return
    for row in below:
        yield _list_line(row, columns, read)


def _opened(path: Path, form: ListFormat) -> tuple[tuple[Problem, ...], Iterator[Row]] | Problem:
    document = read_document(path)
    if isinstance(document, Problem):
        return document
    if not CsvFile().recognises(document.data):
        return Problem("file", f"not CSV with the columns {form.described}")
    return rows_of(document.data, _NO_MAPPING)


def _columns(names: Sequence[str], form: ListFormat) -> Columns:
    columns = columns_of(names, {}, form.fields)
    if columns.problems:
        return columns
    folded = {normalised(name): name for name in names}
    chosen = {}
    for key, calls in form.also_called.items():
        found = [folded[call] for call in calls if call in folded]
        if key not in columns.at and found:
            chosen[key] = found[0]
    return columns_of(names, chosen, form.fields) if chosen else columns


def _list_line(
    row: Row, columns: Columns, read: Callable[[str, Texts], _Line | Problem]
) -> _Line | Problem:
    where = f"line {row.line}"
    if row.problem or len(row.cells) != len(columns.names):
        reason = f"{len(row.cells)} columns where the header has {len(columns.names)}"
        return Problem(where, row.problem or reason)
    texts = Texts({name: row.cells[i].strip() for name, i in columns.at.items()}, [])
    try:
        return read(where, texts)
    except UnreadableError as error:
        return Problem(where, str(error))


_SUPPLIERS = ListFormat(
    fields=("supplier", "vat_id", "account", "category"),
    needed={"supplier": "name"},
    described="name, vat_id, account, category",
)


@dataclass(frozen=True, slots=True)
class ListedSupplier:
    """One line of the list; the account is trusted from then on."""

    name: str
    vat_id: str | None
    """Upper case, without spaces."""
    account: str | None
    """Upper case, without spaces."""
    category: str | None
    """As written; whether it is a category of the policy is not known here."""


def read_suppliers(path: Path) -> Iterator[ListedSupplier | Problem]:
    """Read the list lazily; a line that is in doubt is a Problem, since its account is trusted."""
    return read_list(path, _SUPPLIERS, _supplier)


def _supplier(where: str, texts: Texts) -> ListedSupplier | Problem:
    name, account = texts.get("supplier"), texts.identifier("account")
    found = ListedSupplier(name or "", texts.identifier("vat_id"), account, texts.get("category"))
    if texts.flags:
        return Problem(where, "; ".join(flag.partition(": ")[2] for flag in texts.flags))
    if not name:
        return Problem(where, "no name")
    if account and is_iban(account) and (wrong := iban_problem(account)):
        return Problem(where, f"account {account}: {wrong}")
    return found


_LEDGER = ListFormat(
    fields=("supplier", "vat_id", "category", "description", "buyer_reference"),
    needed={"supplier": "supplier", "category": "category"},
    described="supplier, description, category",
    also_called={
        "category": ("truecategory", "categoryid", "glcode", "glaccount", "nominalcode", "account",
                     "konto", "sachkonto", "accountcode", "costtype", "buchungskonto"),
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodedLine:
    """One purchase, its supplier, and the code an accountant gave it."""

    location: str
    supplier: str
    vat_id: str | None
    description: str
    cost_centre: str | None
    category: str
    """As written: an id, a label or an account code."""

    def as_invoice(self) -> Invoice:
        """Return the outline of the invoice it once was."""
        return Invoice(
            currency="XXX",  # nobody asks: amounts are no evidence of a category
            supplier=Supplier(name=self.supplier, vat_id=self.vat_id),
            source=Source("", "", 0),
            accounting_reference=self.cost_centre,
            lines=(InvoiceLine(name=self.description),) if self.description else (),
        )


def read_old_ledger(path: Path) -> Iterator[CodedLine | Problem]:
    """Read the lines lazily; one that says nothing is a Problem, and the rest goes on."""
    return read_list(path, _LEDGER, _coded_line)


def _coded_line(where: str, texts: Texts) -> CodedLine | Problem:
    supplier, category = texts.get("supplier"), texts.get("category")
    line = CodedLine(
        location=where,
        supplier=supplier or "",
        vat_id=texts.identifier("vat_id"),
        description=texts.words("description") or "",
        cost_centre=texts.get("buyer_reference"),
        category=category or "",
    )
    if not supplier:
        return Problem(where, "no supplier")
    return line if category else Problem(where, "no category")
