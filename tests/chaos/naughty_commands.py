"""Every command with hostile words and hostile invoices, in one process on one terminal.

Run as a program it takes a filled store; what it prints is what the terminal is told. To add a
command, name it in `reading` or in `ACTING`.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

from expense_agent.books import open_books
from expense_agent.cli import main
from expense_agent.service import QueueQuery
from expense_agent.settings import Settings
from tests.chaos.naughty import PAYLOADS, plain_invoice

ACTING: list[Callable[[str, str], list[str]]] = [
    lambda invoice, word: ["comment", invoice, word],
    lambda invoice, word: ["hold", invoice, "--until", "2099-01-01", f"--reason={word}"],
    lambda invoice, word: ["hold", invoice, f"--until={word}"],
    lambda invoice, word: ["send-back", invoice, f"--comment={word}"],
    lambda invoice, word: ["edit", invoice, "--payable-amount=710.00", f"--comment={word}"],
    lambda invoice, word: ["edit", invoice, f"--category={word}", f"--comment={word}"],
    lambda invoice, word: ["edit", invoice, f"--account={word}", f"--comment={word}"],
    lambda invoice, word: ["reject", invoice, f"--reason={word}"],
    lambda invoice, word: ["approve", invoice, f"--comment={word}", f"--expect={word}"],
    lambda invoice, word: [f"--as={word}", "approve", invoice, f"--comment={word}"],
    lambda invoice, word: ["categories", "confirm", invoice, word],
    lambda _, word: ["categories", "rule", word, word],
    lambda _, word: ["approve", word],
    lambda _, word: ["show", word],
    lambda _, word: ["audit", word],
    lambda _, word: ["queue", f"--filter={word}"],
    lambda _, word: ["read", word],
]
"""Options and arguments that take a word of one's own."""


TABLE = ("number", "supplier", "account", "description", "payable_amount", "currency")


def reading(folder: Path, ids: list[str]) -> Iterator[list[str]]:
    """Yield the commands that show what is stored, or what stands in files."""
    files = [str(path) for path in _files(folder)]
    yield from (["read", *files], ["read", "--json", *files], ["import", *files])
    yield ["suppliers", "import", files[1]]
    for command in ("queue", "payments", "audit", "metrics", "policy show", "categories list"):
        yield from (command.split(), [*command.split(), "--json"])
    yield from (["queue", "--view=held"], ["recover"], ["doctor"], ["audit", "verify"], ["expire"])
    yield ["categories", "unconfirmed"]
    for invoice in ids:
        yield from ([name, invoice] for name in ("show", "document", "audit"))


def _files(folder: Path) -> Iterator[Path]:
    """Write hostile invoices down as JSON and as a table."""
    square = [plain_invoice(number) for number in range(len(PAYLOADS))]
    path = folder / "naughty.json"
    path.write_text(json.dumps(square), encoding="utf-8")
    yield path
    path = folder / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ("number", "supplier", "account", "description", "payable_amount", "currency")
        )
        for one, two in zip(PAYLOADS.values(), [*PAYLOADS.values()][1:], strict=False):
            rows.writerow((one, two, one, two, "720.00", "EUR"))
    yield path


def run(store: Path) -> None:
    """Run all commands; a refusal is fine, an exception ends this program."""
    books = open_books(Settings(store, "ann"))
    ids = [row.seen.invoice_id for row in books.rows(books.overview(QueueQuery()).keys)]
    books.shut()
    acting = zip(cycle(ACTING), cycle(ids), [w for w in PAYLOADS.values() for _ in range(3)])
    said = [act(invoice, word) for act, invoice, word in acting]
    for words in [*said, *reading(store.parent, ids[::4])]:
        try:
            main(["--store", str(store), *words])
        except SystemExit:  # argparse has refused it in words
            continue


if __name__ == "__main__":
    run(Path(sys.argv[1]))
    sys.stdout.write("every command was run\n")
