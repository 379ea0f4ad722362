"""Commands that write files for people outside: evidence, journal."""

import argparse
import os
import sys
from pathlib import Path

from expense_agent.cli.output import safe
from expense_agent.cli.reading import opened
from expense_agent.errors import UsageProblem
from expense_agent.exporters.evidence import as_json, as_text
from expense_agent.exporters.journal import HEADER
from expense_agent.settings import Settings


def evidence(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the whole story of one invoice."""
    with opened(settings) as books:
        found = books.auditor.evidence(arguments.id)
    written = as_json(found) if arguments.output.suffix == ".json" else as_text(found)
    return _write(arguments.output, written, replaces=None)


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
    if output.exists() and not (replaces and _begins(output, replaces)):
        raise UsageProblem(f"{output} exists: choose another name")
    draft = output.with_name(f".{output.name}.{os.getpid()}.draft")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageProblem(f"{output} cannot be written: {error.strerror}") from error
    print(safe(f"{output}: {len(content)} bytes"), file=sys.stderr)
    return 0


def _begins(path: Path, with_what: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(with_what)) == with_what
