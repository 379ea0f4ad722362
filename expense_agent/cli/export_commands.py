"""Commands that write files for people outside: evidence, journal."""

import argparse

from expense_agent.cli.opening import opened
from expense_agent.cli.written_file import put_out
from expense_agent.exporters.evidence_export import as_file
from expense_agent.exporters.journal import HEADER
from expense_agent.exporters.whole_file import begins
from expense_agent.settings import Settings


def evidence(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the whole story of one invoice."""
    with opened(settings) as books:
        found = books.auditor.evidence(arguments.id)
    put_out(arguments.output, as_file(found, arguments.output))
    return 0


def journal(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the journal of what was booked or scheduled."""
    with opened(settings) as books:
        written = books.auditor.journal()
    put_out(arguments.output, written, begins(HEADER.encode()))
    return 0
