"""Commands that read files: read, import, suppliers import."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from expense_agent.cli.opening import Agent, recording, with_agent
from expense_agent.cli.output import print_json, print_json_list, progress_bar
from expense_agent.cli.sheet import holds_sheet, invoice_sheet, labelled
from expense_agent.domain.category import UNSURE
from expense_agent.domain.facts import Facts
from expense_agent.domain.invisible_chars import safe
from expense_agent.domain.invoice import Invoice, to_plain
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules import check
from expense_agent.importers import Problem, Record, load_mapping, read_batch
from expense_agent.in_force import policy_in_force
from expense_agent.service import ImportReport
from expense_agent.settings import Settings

_ABOUT_HISTORY = ("category_unsure", "first_payment", "unusual_amount", "budget")
"""Holds that say how an invoice compares with earlier ones, of which `read` knows none."""


def read(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what would be imported; store nothing."""
    columns = load_mapping(arguments.mapping) if arguments.mapping else None
    policy = policy_in_force(settings)
    counts = Counter[bool]()
    records = _tallied(read_batch(arguments.paths, columns), counts)
    if arguments.json:
        print_json_list(map(_read_shape, records))
    else:
        for record in records:
            _print_record(record, policy)
        print(f"{counts[True]} invoices, {counts[False]} not read; nothing was stored")
    return 1 if counts[False] else 0


def import_(arguments: argparse.Namespace, settings: Settings) -> int:
    """Import files; a record that cannot be read is a problem, and the rest goes on."""

    async def work(agent: Agent) -> ImportReport:
        with progress_bar() as told:
            return await agent.submit(arguments.paths, arguments.mapping, told)

    report = with_agent(settings, work)
    if arguments.json:
        print_json(report)
    else:
        _print_report(report)
    return 1 if report.problems else 0


def suppliers(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add a supplier list: whoever imports it confirms its accounts."""
    with recording(settings) as agent:
        report = agent.submit_suppliers(arguments.file)
    if arguments.json:
        print_json(asdict(report))
    else:
        for problem in report.problems:
            print(safe(f"{problem.file}, {problem.location}: {problem.reason}"))
        print(f"{report.suppliers} suppliers listed")
    return 1 if report.problems else 0


def _tallied(records: Iterable[Record], counts: Counter[bool]) -> Iterator[Record]:
    """Count on the way how many are invoices."""
    for record in records:
        counts[record.invoice is not None] += 1
        yield record


def _read_shape(record: Record) -> dict[str, Any]:
    return {
        "file": record.file,
        "format": record.format,
        "container": record.container,
        "invoice": to_plain(record.invoice) if record.invoice else None,
        "problems": [asdict(problem) for problem in record.problems],
    }


def _print_record(record: Record, policy: Policy) -> None:
    inside = f" inside a {record.container.upper()}" if record.container else ""
    print(safe(f"--- {record.file} ({record.format or 'not recognised'}{inside})"))
    for problem in record.problems:
        for line in labelled("note" if record.invoice else "not read", _told(problem)):
            print(line)
    if record.invoice:
        source = record.invoice.source
        where = f"{source.location or 'the whole file'}, {source.bytes:,} bytes"
        for line in (
            *invoice_sheet(record.invoice),
            *holds_sheet("holds", _holds_of_its_own(record.invoice, policy)),
            *labelled("read from", where),
        ):
            print(line)
    print()


def _holds_of_its_own(invoice: Invoice, policy: Policy) -> list[Hold]:
    """Return the holds that follow from the document alone: the store may know more, or better."""
    found = check(invoice, UNSURE, Facts(), policy)
    return [hold for hold in found if hold.rule not in _ABOUT_HISTORY]


def _told(problem: Problem) -> str:
    return f"{problem.location}: {problem.reason}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _print_report(report: ImportReport) -> None:
    for note in report.notes:
        print(safe(f"note: {note.file}, {note.location}: {note.reason}"))
    for problem in report.problems:
        print(safe(f"{problem.file}, {problem.location}: {problem.reason}"))
    print(
        f"{_counted(report.documents, 'document')}, {_counted(report.invoices, 'invoice')}:"
        f" {report.scheduled} scheduled,"
        f" {report.waiting} waiting, {report.booked} booked, {report.rejected} rejected,"
        f" {report.duplicates} known already;"
        f" {_counted(len(report.problems), 'problem')}; {report.seconds:.1f} s"
    )
