"""Where the command `expense-agent` begins: a Ctrl+C finds it prepared from here on."""

import os


def main() -> None:
    """Load the launcher, in which a person may lose patience, and hand over to it."""
    try:
        from tui.__main__ import main as launch  # noqa: PLC0415 - what may be interrupted
    except KeyboardInterrupt:
        os._exit(130)  # nothing has begun
    launch()
