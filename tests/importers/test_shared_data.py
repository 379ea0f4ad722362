"""Real e-invoices against what an independent reader found in them, where the machine has them.

Amounts are compared as numbers, absent is null; the names of the fields are those of the data's
own README.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expense_agent.domain.en16931 import missing, wrong_totals
from expense_agent.domain.invoice import Invoice, content_hash, to_plain
from expense_agent.importers import read_batch

DATA = Path(__file__).parents[2].parent / "shared" / "data"
EXPECTED = DATA / "expected.jsonl"
TRIPLES = "simple-380 selfbilled-389 correction-384 discounts-prepaid directdebit-59 factored-payee"
SUPPLIER = {
    "supplier_name": "name",
    "supplier_trading_name": "trading_name",
    "supplier_vat": "vat_id",
    "supplier_legal_id": "legal_id",
    "supplier_country": "country",
}
SAME_NAME = (
    "number type_code issue_date due_date currency buyer_reference preceding payment_terms "
    "line_total allowances charges tax_currency buyer_name profile"
).split()
OTHER_NAME = {
    "payable": "payable_amount",
    "tax_exclusive": "tax_exclusive_amount",
    "tax_inclusive": "tax_inclusive_amount",
    "tax_total": "tax_amount",
    "prepaid": "prepaid_amount",
    "rounding": "rounding_amount",
    "order_reference": "purchase_order",
}
AMOUNTS = {"line_total", "allowances", "charges", *OTHER_NAME} - {"order_reference"}
LINE = {"qty": "quantity", "net": "net_amount", "price": "price", "vat_rate": "vat_rate"}
LINE_TEXTS = ("id", "name", "description", "unit", "vat_category")

pytestmark = pytest.mark.skipif(not EXPECTED.is_file(), reason="../shared/data is not here")


def documents() -> list[dict[str, Any]]:
    """The records of the files that are read."""
    if not EXPECTED.is_file():
        return []
    records = map(json.loads, EXPECTED.read_text("utf-8").splitlines())
    return [record for record in records if record["fields"]["currency"]]


def named(record: dict[str, Any]) -> str:
    return str(Path(record["file"]).stem)


def invoice_in(file: str) -> Invoice:
    (record,) = read_batch([DATA / file])
    assert record.invoice, record.problems
    return record.invoice


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def unspaced(text: str | None) -> str | None:
    return text and text.replace(" ", "")


def expected(fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values that must be found, under the names of the `invoice` shape."""
    for name in SAME_NAME:
        yield name, number(fields[name]) if name in AMOUNTS else fields[name]
    for theirs, ours in OTHER_NAME.items():
        yield ours, number(fields[theirs]) if theirs in AMOUNTS else fields[theirs]
    for theirs, ours in SUPPLIER.items():
        value = fields[theirs]
        yield f"supplier.{ours}", unspaced(value) if ours == "vat_id" else value
    yield "payee", fields["payee_name"] and {"name": fields["payee_name"]}
    if fields["payment_means"]:  # they hold the reference; without them the data has no place
        paid_by = [m["payment_id"] for m in fields["payment_means"] if m["payment_id"]]
        yield "remittance", ", ".join(dict.fromkeys(paid_by)) or None
    yield (
        "payment_means",
        [
            {
                "code": means["code"],
                "account": unspaced(means["account"]),
                "account_name": means["account_name"],
                "bic": means["bic"],
                "mandate": means["mandate"],
            }
            for means in fields["payment_means"]
        ],
    )
    yield (
        "vat_breakdown",
        [
            {"category": row["category"], **{k: number(row[k]) for k in ("rate", "base", "tax")}}
            for row in fields["vat_breakdown"]
        ],
    )
    yield (
        "lines",
        [
            {
                **{name: line[name] for name in LINE_TEXTS},
                **{ours: number(line[theirs]) for theirs, ours in LINE.items()},
            }
            for line in fields["lines"]
        ],
    )


def found(invoice: Invoice) -> dict[str, Any]:
    """The values found, in the form of `expected`."""
    plain = to_plain(invoice)
    shown = {f"supplier.{name}": plain["supplier"][name] for name in SUPPLIER.values()}
    for name in {OTHER_NAME.get(name, name) for name in AMOUNTS}:
        plain[name] = number(plain[name])
    plain["vat_breakdown"] = [
        {**row, **{k: number(row[k]) for k in ("rate", "base", "tax")}}
        for row in plain["vat_breakdown"]
    ]
    plain["lines"] = [
        {
            **{name: line[name] for name in LINE_TEXTS},
            **{name: number(line[name]) for name in LINE.values()},
        }
        for line in plain["lines"]
    ]
    return {**plain, **shown}


@pytest.mark.parametrize("record", documents(), ids=named)
def test_every_field_of_the_contract_is_as_expected(record: dict[str, Any]) -> None:
    read = found(invoice_in(record["file"]))
    for name, value in expected(record["fields"]):
        assert read[name] == value, name


@pytest.mark.parametrize("record", documents(), ids=named)
def test_no_check_stops_a_document_that_breaks_no_official_rule(record: dict[str, Any]) -> None:
    official = record["en16931"]
    if official and not official["fatal"]:
        invoice = invoice_in(record["file"])
        told = (*wrong_totals(invoice), *missing(invoice))
        assert [finding for finding in told if finding.blocks] == []


@pytest.mark.parametrize("name", TRIPLES.split())
def test_the_same_invoice_as_pdf_cii_and_ubl_is_one_invoice(name: str) -> None:
    files = (f"einvoices/{name}-fx.pdf", f"einvoices/{name}-cii.xml", f"einvoices/{name}-ubl.xml")
    assert len({content_hash(invoice_in(file)) for file in files}) == 1


def test_format_and_container_say_where_an_invoice_came_from() -> None:
    syntaxes = {
        "ubl-invoice": ("ubl", None),
        "ubl-creditnote": ("ubl", None),
        "cii-d16b": ("cii", None),
        "pdf+cii-d16b": ("cii", "pdf"),
        "pdf+cii-zugferd1": ("zugferd1", "pdf"),
    }
    records = map(json.loads, EXPECTED.read_text("utf-8").splitlines())
    wanted = {str(DATA / record["file"]): syntaxes[record["syntax"]] for record in records}
    read = list(read_batch([DATA / "einvoices"]))
    assert {record.file: (record.format, record.container) for record in read} == wanted


def test_without_a_currency_nothing_is_read() -> None:
    (record,) = read_batch([DATA / "einvoices" / "zugferd1-no-currency.pdf"])
    (problem,) = record.problems
    assert (record.invoice, problem.location) == (None, "zugferd-invoice.xml")
    assert "no currency" in problem.reason
