"""Every file below fixtures/invoices against the `.expected.json` beside it.

A sibling is what `read --json` shows, without the fields that are empty.
With EXPENSE_AGENT_RENEW_GOLDENS=1 they are written anew; then read the diff. A `.mapping.toml`
beside a file is used with it.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from expense_agent.domain.invoice import Invoice, from_plain, to_plain
from expense_agent.importers import IMPORTERS, ColumnMapping, Record, load_mapping, read_batch
from expense_agent.importers.original import as_text

FOLDER = Path(__file__).parents[2] / "fixtures" / "invoices"
BESIDE = (".expected.json", ".mapping.toml")
FILES = sorted(
    path for path in FOLDER.rglob("*") if path.is_file() and not path.name.endswith(BESIDE)
)


def filled(value: Any) -> Any:
    """The value without what is empty in it."""
    match value:
        case dict():
            kept = {key: filled(item) for key, item in value.items()}
            return {key: item for key, item in kept.items() if item not in (None, [], {})}
        case list():
            return [filled(item) for item in value]
        case _:
            return value


def entry(record: Record) -> dict[str, Any]:
    return {
        "file": record.file,
        "format": record.format,
        "container": record.container,
        "invoice": record.invoice and filled(to_plain(record.invoice)),
        "problems": [{"location": p.location, "reason": p.reason} for p in record.problems],
    }


def mapping_beside(path: Path) -> ColumnMapping | None:
    beside = path.with_name(f"{path.name}.mapping.toml")
    return load_mapping(beside) if beside.exists() else None


@cache
def invoices_of(path: Path) -> list[Invoice | None]:
    return [record.invoice for record in read_batch([path], mapping_beside(path))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_fixture_reads_as_its_sibling_says(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = mapping_beside(path)
    monkeypatch.chdir(path.parent)
    found = [entry(record) for record in read_batch([Path(path.name)], mapping)]
    sibling = path.with_name(f"{path.name}.expected.json")
    if os.environ.get("EXPENSE_AGENT_RENEW_GOLDENS"):
        sibling.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(sibling.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_invoice_survives_its_plain_form(path: Path) -> None:
    read = invoices_of(path)
    sibling = json.loads(path.with_name(f"{path.name}.expected.json").read_text("utf-8"))
    assert [invoice is not None for invoice in read] == [bool(one["invoice"]) for one in sibling]
    for invoice in filter(None, read):
        assert from_plain(to_plain(invoice)) == invoice


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_invoice_can_be_looked_at_where_it_was_read(path: Path) -> None:
    for invoice in invoices_of(path):
        if invoice and invoice.number and not invoice.flags and path.suffix != ".zip":
            assert invoice.number in as_text(invoice.source, path.read_bytes()), "original.py"


def test_there_are_fixtures_of_every_format() -> None:
    formats = {importer.format for importer in IMPORTERS} - {"xml"} | {"ubl", "cii", "zugferd1"}
    assert formats - {path.parent.name for path in FILES} == set(), "fixtures/invoices/NAME/"
