"""Commands that write files for people outside: the document of an invoice, evidence, journal."""

import argparse
import sys
from pathlib import Path

from expense_agent.cli.opening import opened
from expense_agent.domain.invisible_chars import safe
from expense_agent.exporters.evidence_export import as_file
from expense_agent.exporters.journal import HEADER
from expense_agent.exporters.whole_file import Replaceable, begins, nothing, write_whole
from expense_agent.settings import Settings
from expense_agent.streams import tell

STANDARD_OUTPUT = Path("-")


def put_out(output: Path, content: bytes, replaces: Replaceable = nothing, of: str = "") -> None:
    """Write a whole file and say so, or the content to standard output for "-"."""
    if output == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    write_whole(output, content, replaces)
    tell(f"{output}: {len(content):,} bytes{of}")


def document(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the XML or the row an invoice came from, or write its file out as it was."""
    with opened(settings) as books:
        if arguments.output is None:
            for line in books.documents.text(arguments.id, arguments.attached).splitlines():
                print(safe(line))
            return 0
        source, data = books.documents.original(arguments.id, arguments.attached)
    put_out(arguments.output, data, of=f" of {source.file}")
    return 0


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
