"""How fast e-invoices are read, against bare lxml: parse, then findtext of the same fields.

    python -m tests.benchmarks.xml_reading [ROUNDS] [FOLDER]

Both work on the same bytes, interleaved; the medians of whole rounds and their ratio are printed.
Ours also checks, cleans and builds the invoice. Trust the ratio, not the times.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from expense_agent.domain.invoice import Invoice, Source
from expense_agent.importers.xml_file import SYNTAXES, read_xml
from expense_agent.importers.xml_paths import Step

FIXTURES = Path(__file__).parents[2] / "fixtures" / "invoices"
REPEATS = 20
SOURCE = Source("file", "0" * 64, 0)


def fields_below(step: Step, way: str = "") -> Iterator[tuple[str, Step]]:
    """Yield the path of every field and part of a table, as findtext takes it."""
    for tag, below in step.below.items():
        path = f"{way}/{tag}" if way else tag
        if below.name:
            yield path, below
        else:
            yield from fields_below(below, path)


@dataclass
class Plan:
    """The questions asked of an element: texts, and parts with a plan of their own."""

    leaves: list[str]
    parts: list[tuple[str, "Plan"]]

    @classmethod
    def of(cls, table: Step) -> "Plan":
        found = list(fields_below(table))
        leaves = [path for path, step in found if not step.part and path != "."]
        return cls(leaves, [(path, cls.of(step)) for path, step in found if step.part])

    def extract(self, node: "etree._Element") -> list[str | None]:
        texts = [node.findtext(path) for path in self.leaves]
        for path, plan in self.parts:
            for child in node.findall(path):
                texts += plan.extract(child)
        return texts


PLANS = {root: Plan.of(syntax.table) for root, syntax in SYNTAXES.items()}


def bare(data: bytes) -> list[str | None]:
    root = etree.fromstring(data)
    return PLANS[root.tag].extract(root)


def ours(data: bytes) -> bool:
    return isinstance(read_xml(data, SOURCE)[1], Invoice)


def plain(data: bytes) -> bool:
    """Whether bare lxml can do what is asked: no blank line first, no envelope."""
    return not data[:1].isspace() and etree.fromstring(data).tag in PLANS


def seconds(read: Callable[[bytes], object], documents: list[bytes]) -> float:
    start = time.perf_counter()
    for data in documents * REPEATS:
        read(data)
    return time.perf_counter() - start


def main() -> None:
    """Print both medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else FIXTURES
    documents = [path.read_bytes() for path in sorted(folder.rglob("*.xml"))]
    documents = [data for data in documents if ours(data) and plain(data)]
    times = [(seconds(bare, documents), seconds(ours, documents)) for _ in range(rounds)]
    count = len(documents) * REPEATS
    lxml, product = (statistics.median(column) / count * 1e6 for column in zip(*times, strict=True))
    print(f"{len(documents)} documents, microseconds each")
    print(f"bare lxml   {lxml:8.0f}")
    print(f"ours        {product:8.0f}   ratio of speeds {lxml / product:.2f}")


if __name__ == "__main__":
    main()
