"""Commands that write files for people outside: evidence, journal."""

import argparse
import sys
from pathlib import Path

from expense_agent.cli.output import safe
from expense_agent.cli.reading import opened
from expense_agent.exporters.evidence import as_file
from expense_agent.exporters.journal import HEADER
from expense_agent.exporters.whole_file import write_whole
from expense_agent.settings import Settings


def evidence(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the whole story of one invoice."""
    with opened(settings) as books:
        found = books.auditor.evidence(arguments.id)
    return _write(arguments.output, as_file(found, arguments.output), replaces=None)


def journal(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the journal of what was booked or scheduled."""
    with opened(settings) as books:
        written = books.auditor.journal()
    return _write(arguments.output, written, replaces=HEADER.encode())


def _write(output: Path, content: bytes, *, replaces: bytes | None) -> int:
    """Write a file whole or not at all; one that is there is replaced only if it begins so."""
    if str(output) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return 0
    write_whole(output, content, replaces=replaces)
    print(safe(f"{output}: {len(content)} bytes"), file=sys.stderr)
    return 0
