"""The command that shows what an invoice was read from."""

import argparse
import os
import sys
from pathlib import Path

from expense_agent.cli.output import safe
from expense_agent.cli.reading import opened
from expense_agent.errors import UsageProblem
from expense_agent.settings import Settings


def document(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the XML or the row an invoice came from, or write its file out as it was."""
    with opened(settings) as books:
        if arguments.output is None:
            for line in books.document(arguments.id, arguments.attached).splitlines():
                print(safe(line))
            return 0
        source, data = books.original(arguments.id, arguments.attached)
    _write(arguments.output, data)
    print(safe(f"{arguments.output}: {len(data):,} bytes of {source.file}"), file=sys.stderr)
    return 0


def _write(path: Path, data: bytes) -> None:
    """Write a new file for its owner only; one that is there already stays."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(path, "wb", opener=lambda name, _: os.open(name, flags, 0o600)) as file:
            file.write(data)
    except OSError as error:
        raise UsageProblem(f"{path}: {error.strerror or error}") from None
