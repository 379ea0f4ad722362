"""How much memory the largest documents that are accepted take.

    python -m tests.benchmarks.memory

Each is read in a process of its own; printed are the megabytes of it and of its confined child.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from expense_agent.importers import read_batch
from expense_agent.importers.assemble import MOST_LINES
from tests.importers.pdfs import hybrid
from tests.importers.peak import childrens_peak_megabytes, peak_megabytes
from tests.importers.workbooks import Cell, workbook
from tests.importers.xml_fixtures import CII, UBL

MB = 1024 * 1024
ROWS = 200_000
HEADER = "number,supplier,payable_amount,currency,issue_date,iban,description\n"


def csv() -> bytes:
    """200,000 rows, 64 MB."""
    words = "pallet freight " * 17
    row = "R-{:06},Nordwind AG,1234.56,EUR,2026-03-01,DE89370400440532013000,{}\n"
    return (HEADER + "".join(row.format(n, words) for n in range(ROWS))).encode()[: 64 * MB]


def jsonl() -> bytes:
    """200,000 objects, 60 MB."""
    invoice = {"supplier": "Nordwind AG", "payable_amount": "12.50", "currency": "EUR"}
    words = "pallet freight " * 11
    return b"".join(
        json.dumps({"number": f"R-{n}", **invoice, "lines": [{"name": words}]}).encode() + b"\n"
        for n in range(ROWS)
    )


def as_json() -> bytes:
    """The same in one list."""
    return b"[" + jsonl().strip().replace(b"\n", b",") + b"]"


def _with_lines(document: str, tag: str, count: int) -> bytes:
    start = document.index(f"<{tag}>")
    end = document.index(f"</{tag}>") + len(tag) + 3
    return (document[:start] + document[start:end] * count + document[end:]).encode()


def ubl() -> bytes:
    """One invoice of as many lines as one may have."""
    return _with_lines(UBL, "cac:InvoiceLine", 8_000)[: 10 * MB]


def cii() -> bytes:
    """The same in CII."""
    return _with_lines(CII, "ram:IncludedSupplyChainTradeLineItem", 4_500)


def elements() -> bytes:
    """As many elements as are parsed at all, none of which means anything."""
    return UBL.replace("</Invoice>", "<x/>" * 499_000 + "</Invoice>").encode()


def pdf() -> bytes:
    """A PDF of 29 MB around an invoice."""
    return hybrid([("factur-x.xml", CII.encode())]) + b"\n%" + b"x" * (29 * MB)


def xlsx() -> bytes:
    """A workbook of 100,000 rows."""
    head: list[Cell] = ["number", "supplier", "payable_amount", "currency", "description"]
    rows: list[list[Cell]] = [
        [f"R-{n}", "Nordwind AG", 12.5, "EUR", "freight"] for n in range(100_000)
    ]
    return workbook({"Invoices": [head, *rows]})


LARGEST: dict[str, Callable[[], bytes]] = {
    made.__name__: made for made in (csv, jsonl, as_json, ubl, cii, elements, pdf, xlsx)
}


def main(argv: list[str]) -> None:
    """Measure all, or (in a process of its own) one file."""
    if argv:
        ended = Counter(record.invoice is not None for record in read_batch([Path(argv[0])]))
        child = childrens_peak_megabytes()
        sys.stdout.write(f"{peak_megabytes()} MB, child {child} MB, {ended[True]:,} invoices\n")
        return
    assert MOST_LINES >= 8_000
    for name, made in LARGEST.items():
        with tempfile.NamedTemporaryFile() as file:
            file.write(made())
            file.flush()
            size = Path(file.name).stat().st_size
            call = [sys.executable, "-m", "tests.benchmarks.memory", file.name]
            told = subprocess.run(call, capture_output=True, text=True, check=True).stdout
            sys.stdout.write(f"{name:<10} {size / MB:5.1f} MB: {told}")


if __name__ == "__main__":
    main(sys.argv[1:])
