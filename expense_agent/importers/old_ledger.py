"""An old ledger (CSV: supplier, description, category), from which the categorizer starts warm."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expense_agent.domain.invoice import Invoice, InvoiceLine, Source
from expense_agent.domain.supplier import Supplier
from expense_agent.importers.list_file import ListFormat, read_list
from expense_agent.importers.problem import Problem
from expense_agent.importers.texts import Texts

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
