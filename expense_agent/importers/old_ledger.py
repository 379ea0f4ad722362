"""An old ledger (CSV: supplier, description, category), from which the categorizer starts warm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from expense_agent.domain.invoice import Invoice, InvoiceLine, Source
from expense_agent.domain.supplier import Supplier
from expense_agent.importers.headers import Columns, columns_of, listed, normalised
from expense_agent.importers.list_file import rows_of_list
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.rows import Row, below_header
from expense_agent.importers.texts import Texts

_FIELDS = ("supplier", "vat_id", "category", "description", "buyer_reference")
_NEEDED = ("supplier", "category")
_CALLED_CATEGORY = ("truecategory", "categoryid", "glcode", "glaccount", "nominalcode", "account",
                    "konto", "sachkonto", "accountcode", "costtype", "buchungskonto")  # fmt: skip
"""What the category's column may be called, where no column is simply called so."""
_NO_MAPPING = ColumnMapping()


@dataclass(frozen=True, slots=True)
class CodedLine:
    """What was bought of whom, and how an accountant has coded it."""

    location: str
    supplier: str
    vat_id: str | None
    description: str
    cost_centre: str | None
    category: str
    """As written: an id, a label or an account code."""

    def as_invoice(self) -> Invoice:
        """Give the outline of the invoice it once was."""
        return Invoice(
            currency="XXX",  # nobody asks: amounts are no evidence of a category
            supplier=Supplier(name=self.supplier, vat_id=self.vat_id),
            source=Source("", "", 0),
            accounting_reference=self.cost_centre,
            lines=(InvoiceLine(name=self.description),) if self.description else (),
        )


def read_old_ledger(path: Path) -> Iterator[CodedLine | Problem]:
    """Read the lines lazily; one that says nothing is a Problem, and the rest goes on."""
    table = rows_of_list(path, "supplier, description, category")
    if isinstance(table, Problem):
        yield table
        return
    notes, rows = table
    yield from notes
    yield from _lines(rows)


def _lines(rows: Iterator[Row]) -> Iterator[CodedLine | Problem]:
    header, below, skipped = below_header(rows, _NO_MAPPING)
    yield from skipped
    names = header.cells if header else []
    columns = columns_of(names, {}, _FIELDS)
    if "category" not in columns.at and not columns.problems:
        columns = columns_of(names, _chosen(names), _FIELDS)
    yield from columns.problems
    if columns.problems:
        return
    missing = [name for name in _NEEDED if name not in columns.at]
    if missing:
        named = " and ".join(missing)
        yield Problem("file", f"no column {named}; the columns are: {listed(columns.names)}")
        return
    for row in below:
        yield _line(row, columns)


def _chosen(names: Sequence[str]) -> dict[str, str]:
    """Name the category's column where it is called as in ledgers."""
    folded = {normalised(name): name for name in names}
    found = [folded[name] for name in _CALLED_CATEGORY if name in folded]
    return {"category": found[0]} if found else {}


def _line(row: Row, columns: Columns) -> CodedLine | Problem:
    where = f"line {row.line}"
    if row.problem or len(row.cells) != len(columns.names):
        reason = f"{len(row.cells)} columns where the header has {len(columns.names)}"
        return Problem(where, row.problem or reason)
    texts = Texts({name: row.cells[i].strip() for name, i in columns.at.items()}, [])
    try:
        supplier, category = texts.get("supplier"), texts.get("category")
        line = CodedLine(
            location=where,
            supplier=supplier or "",
            vat_id=texts.identifier("vat_id"),
            description=texts.words("description") or "",
            cost_centre=texts.get("buyer_reference"),
            category=category or "",
        )
    except UnreadableError as error:
        return Problem(where, str(error))
    if not supplier:
        return Problem(where, "no supplier")
    return line if category else Problem(where, "no category")
