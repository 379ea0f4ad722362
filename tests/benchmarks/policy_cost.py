"""The cost of the policy for one invoice after 100 and after 100,000 invoices of history.

Run `python -m tests.benchmarks.policy_cost [SIZE ...]`; figures are compared within one run only.
All history belongs to ten suppliers, so that it is as deep as it can be: a look-up that went
through a supplier's invoices would show.
"""

import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from expense_agent.domain.category import UNSURE
from expense_agent.domain.invoice import Invoice, canonical_json, to_compact
from expense_agent.domain.policy import Budget, Policy
from expense_agent.domain.rules import check
from expense_agent.domain.scope import scope_of
from expense_agent.domain.supplier import supplier_keys
from expense_agent.storage.similarity import projection
from tests.builders import NORDWIND_IBAN, a_supplier, an_invoice
from tests.storage.books import Books, books

SIZES = (100, 100_000)
SUPPLIERS = 10
PROBES = 300


def invoice(number: int, *, issued: date) -> Invoice:
    """One of many: amounts of a supplier repeat every month, as rents do, and vary otherwise."""
    supplier = number % SUPPLIERS
    amount = 100 + supplier * 37 + (0 if number % 3 else number % 91)
    return an_invoice(
        f"{amount}.50 EUR",
        number=f"R-{number:07d}",
        supplier=a_supplier(f"Supplier {chr(65 + supplier)} Works", f"DE{1000 + supplier}"),
        issue_date=issued,
        file=f"batch-{number}.csv",
    )


def fill(made: Books, size: int) -> None:
    """Write a history of paid invoices down, over ten years; the rows the ledger would write."""
    begin = date(2016, 11, 1)
    for number in range(SUPPLIERS):
        supplier = invoice(number, issued=begin).supplier
        made.suppliers.add(supplier, f"{NORDWIND_IBAN}{number}", "vehicles", "ines")
    with made.database.transaction():
        for number in range(1, size + 1):
            issued = begin + timedelta(days=number * 3650 // size)
            for table, rows in rows_of(invoice(number, issued=issued), number).items():
                for row in rows:
                    values = ", ".join("?" * len(row))
                    columns = f" ({', '.join(row)})" if isinstance(row, dict) else ""
                    given = tuple(row.values()) if isinstance(row, dict) else row
                    made.database.write(f"INSERT INTO {table}{columns} VALUES ({values})", *given)


def rows_of(paid: Invoice, seq: int) -> dict[str, list[Any]]:
    """Return the rows of one paid invoice that facts are read from."""
    assert paid.payable
    at, thread = f"{paid.issue_date}T09:00:00.000Z", f"thread-{seq}"
    register = {
        "seq": seq, "invoice_id": f"i{seq}", "thread_id": thread, "content_hash": f"{seq}",
        "body": canonical_json(to_compact(paid)), "number_key": paid.number_key, "kind": "invoice",
        "imported_by": "ines", "received_at": at, "status": "scheduled", "category": "vehicles",
    }  # fmt: skip
    payment = {
        "payment_id": seq, "thread_id": thread, "payment_key": f"{seq}", "payload_hash": f"{seq}",
        "amount_minor": paid.payable.minor, "currency": "EUR", "account": NORDWIND_IBAN,
        "supplier": paid.supplier.name, "category": "vehicles", "remittance": paid.number,
        "execution_date": at[:10], "approved_by": "[]", "created_at": at, "round": 1,
        "words": "",
    }  # fmt: skip
    event = {"payment_id": seq, "status": "scheduled", "actor": "agent", "at": at}
    keys = supplier_keys(paid.supplier)
    return {
        "invoices": [register],
        "invoice_suppliers": [(key, thread) for key in keys],
        **projection(paid, seq, at),
        "payments": [payment],
        "payment_events": [event],
    }


def cost(made: Books, number: int) -> float:
    """Return the time, in milliseconds, of facts and rules for one new invoice."""
    policy = Policy(budgets=(Budget("vehicles", "year", Decimal(10**9)),))
    today = made.clock.now().date()
    known = made.register(invoice(number, issued=today))
    began = time.perf_counter()
    said = replace(UNSURE, category="vehicles", confidence=1.0)
    facts = made.ledger.facts_for(known, scope_of(known.invoice, said, policy, today))
    check(known.invoice, UNSURE, facts, policy)
    return (time.perf_counter() - began) * 1000


def main(sizes: tuple[int, ...]) -> None:
    """Print the cost after each size, as a ratio to the first; probes take turns."""
    with ExitStack() as stack:
        stores = {}
        for size in sizes:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            stores[size] = stack.enter_context(books(folder))
            fill(stores[size], size)
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for n in range(PROBES):
            for size, made in stores.items():
                taken[size].append(cost(made, size + 1 + n))
    first = median(taken[sizes[0]])
    for size, times in taken.items():
        print(f"{size:>9,} invoices: {median(times):.3f} ms, {median(times) / first:.2f} x")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
