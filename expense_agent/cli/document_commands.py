"""The command that shows what an invoice was read from."""

import argparse

from expense_agent.cli.opening import opened
from expense_agent.cli.written_file import put_out
from expense_agent.domain.invisible_chars import safe
from expense_agent.settings import Settings


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
