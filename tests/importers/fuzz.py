"""Reads broken documents as long as it is told: `python -m tests.importers.fuzz SECONDS [SEED]`.

Every one must end in records that hold what `Record` promises, in bounded time and memory; the
first that does not is kept and named, seed and all.
"""

import json
import logging
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from expense_agent.cli.sheet import WIDTH, invoice_sheet
from expense_agent.domain.category import UNSURE
from expense_agent.domain.facts import Facts
from expense_agent.domain.invoice import content_hash, from_plain, to_compact, to_plain
from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.policy import Policy
from expense_agent.domain.rules import check
from expense_agent.domain.saving import discount_on
from expense_agent.importers import Record, read_batch
from expense_agent.importers.original import as_text
from tests.importers.mutations import mutated
from tests.importers.peak import childrens_peak_megabytes, peak_megabytes

FIXTURES = Path(__file__).parents[2] / "fixtures" / "invoices"
ENDINGS = (".xml", ".csv", ".json", ".jsonl", ".pdf", ".xlsx", ".zip")
BATCH = 40
"""Documents that are read together, as those of one folder."""
LONGEST_SECONDS = 15.0
"""For one document; a broken PDF may use up its 3 s, a workbook its 20 s of processor time."""
MOST_MEMORY = 300
"""Megabytes of this process, and of its largest child."""


def seeds() -> list[Path]:
    """The documents that are broken."""
    found = sorted(path for path in FIXTURES.rglob("*") if path.suffix in ENDINGS)
    return [path for path in found if not path.name.endswith(".expected.json")]


def checked(record: Record, data: bytes) -> str:
    """Check what a record promises; give how it ended."""
    assert record.file
    for problem in record.problems:
        assert problem.location
        assert problem.location.isprintable()
        assert problem.reason
        assert problem.reason.isprintable()
        assert "mistake of this program" not in problem.reason, problem.reason
        assert len(problem.reason) < 2_000
    invoice = record.invoice
    if invoice is None:
        assert record.problems
        return "problem"
    assert invoice.currency in EXPONENTS
    assert invoice.payable_amount is None or invoice.payable_amount.is_finite()
    json.dumps(to_plain(invoice), ensure_ascii=False).encode()
    assert from_plain(to_plain(invoice)) == invoice == from_plain(to_compact(invoice))
    assert len(content_hash(invoice)) == 64
    check(invoice, UNSURE, Facts(), Policy())
    if invoice.issue_date:
        discount_on(invoice, invoice.issue_date)
    assert all(len(line) <= WIDTH for line in invoice_sheet(invoice))
    shown = as_text(invoice.source, data) if data else ""
    assert all(line.isprintable() or not line.isascii() for line in shown.splitlines())
    return "invoice"


def broken(folder: Path, seed: int, batch: int) -> dict[str, bytes]:
    """Write a batch of broken documents; give them by file name."""
    dice = random.Random(f"{seed} {batch}")
    files, written = seeds(), {}
    for number in range(BATCH):
        original = dice.choice(files)
        data = mutated(original.read_bytes(), original.suffix, dice)
        path = folder / f"{seed}-{batch}-{number}-{original.stem}{original.suffix}"
        path.write_bytes(data)
        written[str(path)] = data
    return written


def read(folder: Path, written: dict[str, bytes]) -> Counter[str]:
    """Read a batch and check every record; an error is told with the file it is about."""
    ended: Counter[str] = Counter()
    seen: set[str] = set()
    began = time.monotonic()
    for record in read_batch([folder]):
        file = next((name for name in written if record.file.startswith(name)), "")
        try:
            assert file, "a record of no file"
            assert time.monotonic() - began < LONGEST_SECONDS, "it took too long"
            confined = file.endswith((".pdf", ".xlsx"))  # each look at one costs a process
            look = file not in seen and (not confined or len(seen) % 10 == 0)
            ended[checked(record, written[file] if look else b"")] += 1
        except Exception as error:
            kept = Path(tempfile.gettempdir()) / Path(file or "fuzz").name
            kept.write_bytes(written.get(file, b""))
            raise AssertionError(f"{kept}: {error!r}") from error
        seen.add(file)
        began = time.monotonic()
    assert seen == set(written), "a file without a record"
    return ended


def main(seconds: float, seed: int) -> int:
    """Break and read until the time is over; give the exit code."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    end, batch = time.monotonic() + seconds, 0
    ended: Counter[str] = Counter()
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            ended += read(Path(folder), broken(Path(folder), seed, batch))
        batch += 1
    memory = max(peak_megabytes(), childrens_peak_megabytes())
    told = f"seed {seed}: {batch * BATCH} documents, {dict(ended)}, {memory} MB at most"
    sys.stdout.write(f"{told}\n")
    assert memory < MOST_MEMORY, "too much memory"
    return 0 if batch else 1


if __name__ == "__main__":
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    sys.exit(main(float(sys.argv[1]), chosen))
