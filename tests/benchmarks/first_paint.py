"""How long until the queue is painted, against an empty Textual app on the same machine.

    python -m tests.benchmarks.first_paint [ROUNDS] [STORE]

Both run in a real pseudo-terminal, interleaved; medians and their ratio are printed. Trust the
ratio, not the times.
"""

import statistics
import sys
import tempfile

from expense_agent.books import open_books
from expense_agent.service import QueueQuery
from expense_agent.settings import settings_from
from tests.benchmarks.terminal import Terminal, python

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted")
Empty().run()
"""


def seconds(command: list[str], marker: bytes) -> float:
    """Return the seconds from the start of a process to the frame with the marker."""
    with Terminal(command) as terminal:
        return terminal.seconds_until(marker)


def waiting_in(store: str) -> int:
    """Count what the queue of a store shows."""
    books = open_books(settings_from(store, None, "ann", environ={}))
    try:
        return books.overview(QueueQuery()).waiting
    finally:
        books.shut()


def main() -> None:
    """Print both medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        store = sys.argv[2] if len(sys.argv) > 2 else f"{folder}/store"
        counted = f"[All {waiting_in(store):,}]".encode()  # stands there only once it was read
        empty, frame, queue = [], [], []
        for _ in range(rounds):
            empty.append(seconds(python("-c", EMPTY), b"painted"))
            frame.append(seconds(python("-m", "tui", "--store", store), b"opening the store"))
            queue.append(seconds(python("-m", "tui", "--store", store), counted))
    base = statistics.median(empty)
    print(f"empty Textual app     {base * 1000:6.0f} ms")
    for name, times in (("first frame", frame), ("queue painted", queue)):
        median = statistics.median(times)
        print(f"{name:21} {median * 1000:6.0f} ms   {median / base:.2f} x")


if __name__ == "__main__":
    main()
