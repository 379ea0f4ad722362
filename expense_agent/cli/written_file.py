"""Where the content of `--output FILE` goes."""

import sys
from pathlib import Path

from expense_agent.exporters.whole_file import Replaceable, nothing, write_whole
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
