"""A supplier list (CSV: name, vat_id, account, category): whom we know, and where they are paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expense_agent.domain.supplier import iban_problem, is_iban
from expense_agent.importers.list_file import ListFormat, read_list
from expense_agent.importers.problem import Problem
from expense_agent.importers.texts import Texts

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
