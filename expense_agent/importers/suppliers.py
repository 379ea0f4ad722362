"""A supplier list (CSV: name, vat_id, account, category): whom we know, and where they are paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expense_agent.domain.supplier import iban_problem, is_iban
from expense_agent.importers.headers import Columns, columns_of, listed
from expense_agent.importers.list_file import rows_of_list
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.rows import Row, below_header
from expense_agent.importers.texts import Texts

_FIELDS = ("supplier", "vat_id", "account", "category")
_NO_MAPPING = ColumnMapping()


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
    table = rows_of_list(path, "name, vat_id, account, category")
    if isinstance(table, Problem):
        yield table
        return
    notes, rows = table
    yield from notes
    yield from _listed(rows)


def _listed(rows: Iterator[Row]) -> Iterator[ListedSupplier | Problem]:
    header, below, skipped = below_header(rows, _NO_MAPPING)
    yield from skipped
    columns = columns_of(header.cells if header else [], {}, _FIELDS)
    yield from columns.problems
    if columns.problems:
        return
    if "supplier" not in columns.at:
        yield Problem("file", f"no column name; the columns are: {listed(columns.names)}")
        return
    for row in below:
        yield _supplier(row, columns)


def _supplier(row: Row, columns: Columns) -> ListedSupplier | Problem:
    where = f"line {row.line}"
    if row.problem or len(row.cells) != len(columns.names):
        reason = f"{len(row.cells)} columns where the header has {len(columns.names)}"
        return Problem(where, row.problem or reason)
    texts = Texts({name: row.cells[i].strip() for name, i in columns.at.items()}, [])
    try:
        name, account = texts.get("supplier"), texts.identifier("account")
        found = ListedSupplier(
            name or "", texts.identifier("vat_id"), account, texts.get("category")
        )
    except UnreadableError as error:
        return Problem(where, str(error))
    if texts.flags:
        return Problem(where, "; ".join(flag.partition(": ")[2] for flag in texts.flags))
    if not name:
        return Problem(where, "no name")
    if account and is_iban(account) and (wrong := iban_problem(account)):
        return Problem(where, f"account {account}: {wrong}")
    return found
