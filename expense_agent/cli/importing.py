"""Commands that read files: read, import, suppliers import."""

import argparse
import asyncio
from dataclasses import asdict
from typing import Any

from expense_agent.agent import open_agent
from expense_agent.cli.output import print_fields, print_json, progress_bar, safe
from expense_agent.domain.invoice import to_plain
from expense_agent.importers import Record, load_mapping, read_batch
from expense_agent.service import ImportReport
from expense_agent.settings import Settings


def read(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what would be imported; store nothing."""
    del settings
    columns = load_mapping(arguments.mapping) if arguments.mapping else None
    entries, unread = [], 0
    for record in read_batch(arguments.paths, columns):
        unread += record.invoice is None
        if arguments.json:
            entries.append(_read_shape(record))
        else:
            _print_record(record)
    if arguments.json:
        print_json(entries)
    return 1 if unread else 0


def import_(arguments: argparse.Namespace, settings: Settings) -> int:
    """Import files; a record that cannot be read is a problem, and the rest goes on."""

    async def run() -> ImportReport:
        agent = open_agent(settings)
        try:
            with progress_bar() as told:
                return await agent.submit(arguments.paths, arguments.mapping, told)
        finally:
            await agent.close()

    report = asyncio.run(run())
    if arguments.json:
        print_json(asdict(report))
    else:
        _print_report(report)
    return 1 if report.problems else 0


def suppliers(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add a supplier list: whoever imports it confirms its accounts."""
    agent = open_agent(settings)
    try:
        report = agent.submit_suppliers(arguments.file)
    finally:
        agent.shut()
    if arguments.json:
        print_json(asdict(report))
    else:
        for problem in report.problems:
            print(safe(f"{problem.file}, {problem.location}: {problem.reason}"))
        print(f"{report.suppliers} suppliers listed")
    return 1 if report.problems else 0


def _read_shape(record: Record) -> dict[str, Any]:
    return {
        "file": record.file,
        "format": record.format,
        "container": record.container,
        "invoice": to_plain(record.invoice) if record.invoice else None,
        "problems": [asdict(problem) for problem in record.problems],
    }


def _print_record(record: Record) -> None:
    print(safe(f"--- {record.file} ({record.format or 'not recognised'})"))
    for problem in record.problems:
        print(safe(f"{problem.location}: {problem.reason}"))
    if record.invoice is None:
        return
    invoice = record.invoice
    print_fields(
        {
            "supplier": invoice.supplier.name,
            "VAT id": invoice.supplier.vat_id,
            "invoice": invoice.number,
            "type": invoice.type_code,
            "payable": invoice.payable or f"no amount {invoice.currency}",
            "issued": invoice.issue_date,
            "due": invoice.due_date,
            "account": ", ".join(invoice.accounts),
            "lines": "; ".join(filter(None, (ln.name for ln in invoice.lines))),
            "place": invoice.source.location,
        }
    )


def _print_report(report: ImportReport) -> None:
    for note in report.notes:
        print(safe(f"note: {note.file}, {note.location}: {note.reason}"))
    for problem in report.problems:
        print(safe(f"{problem.file}, {problem.location}: {problem.reason}"))
    print(
        f"{report.documents} documents, {report.invoices} invoices: {report.scheduled} scheduled,"
        f" {report.waiting} waiting, {report.booked} booked, {report.rejected} rejected,"
        f" {report.duplicates} duplicates; {len(report.problems)} problems; {report.seconds:.1f} s"
    )
