"""How fast PDFs are read, against bare pypdf: open the file and unpack its attachments.

    python -m tests.benchmarks.pdf_reading [ROUNDS] [FOLDER]

Interleaved rounds over the same files; the medians and their ratio are printed, with and without
the start of the reading process, and the peak memory of both. Ours also reads the XML, checks it
and builds the invoice. Trust the ratio, not the times, and not on a busy machine: it is two
processes against one.
"""

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pypdf import PdfReader

from expense_agent.importers import read_batch
from tests.importers.pdfs import FIRST_FREE, hybrid, stream
from tests.importers.xml_fixtures import CII

FILES = 500
OBJECTS = range(FIRST_FREE + 10, FIRST_FREE + 130)
"""Fonts, images and the like: real PDFs have about so many."""


def made_up(folder: Path) -> None:
    """Write PDFs as large as real ones."""
    chance = random.Random(1)
    for number in range(20):
        more = {place: stream(chance.randbytes(1_000)) for place in OBJECTS}
        data = hybrid([("factur-x.xml", CII.encode())], more=more)
        Path(folder, f"{number}.pdf").write_bytes(data)


def bare(paths: Sequence[Path]) -> None:
    for path in paths:
        for file in PdfReader(path).attachment_list:
            len(file.content)


def ours(paths: Sequence[Path]) -> None:
    for record in read_batch(paths):
        assert record.container == "pdf"


def seconds(read: Callable[[Sequence[Path]], None], paths: Sequence[Path]) -> float:
    start = time.perf_counter()
    read(paths)
    return time.perf_counter() - start


def peak_megabytes(whose: int) -> float:
    """Of finished children, the largest; Linux counts kilobytes, macOS bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(whose).ru_maxrss * unit / 1024 / 1024


def compare(folder: Path, rounds: int) -> None:
    """Print what a folder shows."""
    found = sorted(folder.glob("*.pdf"))
    paths = (found * (FILES // len(found) + 1))[:FILES]
    started = [seconds(ours, paths[:1]) for _ in range(rounds)]
    times = [(seconds(bare, paths), seconds(ours, paths)) for _ in range(rounds)]
    start = statistics.median(started)
    pypdf, product = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{len(paths)} reads of {len(found)} files, milliseconds each")
    print(f"bare pypdf  {pypdf / len(paths) * 1e3:6.2f}")
    print(f"ours        {product / len(paths) * 1e3:6.2f}   ratio of speeds {pypdf / product:.2f}")
    print(f"without a start of {start:.2f} s          {pypdf / (product - start):.2f}")
    own, child = map(peak_megabytes, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"peak memory {own:.0f} MB here, pypdf included; {child:.0f} MB in the reading process")


def main() -> None:
    """Compare on the folder given, else on files made up."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as made:
        if len(sys.argv) > 2:
            compare(Path(sys.argv[2]), rounds)
        else:
            made_up(Path(made))
            compare(Path(made), rounds)


if __name__ == "__main__":
    main()
