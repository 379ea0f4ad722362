"""How often the suggested category is right on real ledgers, in the order they were booked.

    python tests/benchmarks/categories.py [FILE] [--lines SOURCE ...]

FILE is a CSV with description, vendor, true_category and source; each source is an organisation of
its own that begins with an empty memory. The description is a cost centre, or the text of a line
where hardly any is there twice. Once every row is confirmed by a person; once only those
the agent asks about, and what it does not ask about and gets wrong is a silent error.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from expense_agent.categorizers import CATEGORIES
from expense_agent.categorizers.learned import History
from expense_agent.domain.category import Label, Suggestion
from expense_agent.domain.facts import Facts
from expense_agent.domain.feedback import known_as
from expense_agent.domain.invoice import Invoice, InvoiceLine, Source
from expense_agent.domain.policy import Policy
from expense_agent.domain.rules import category_unsure
from expense_agent.domain.supplier import Supplier

SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "categories-dev.csv"
SURE = 0.80
BINS = 10

Asks = Callable[[Suggestion, str], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One booked invoice, and the category its accountant chose."""

    id: str
    invoice: Invoice
    category: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The suggestion for a row, and its result."""

    suggestion: Suggestion
    right: bool
    among_three: bool
    asked: bool


def read(path: Path, lines: Sequence[str]) -> dict[str, list[Row]]:
    """Read the rows of each source, in file order."""
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    sources = dict.fromkeys(record["source"] for record in records)
    found = {}
    for source in sources:
        own = [record for record in records if record["source"] == source]
        different = {record["description"] for record in own}
        is_text = source in lines or len(different) > len(own) / 2
        found[source] = [_row(n, record, is_text=is_text) for n, record in enumerate(own)]
    return found


def _row(number: int, record: dict[str, str], *, is_text: bool) -> Row:
    description = record["description"]
    invoice = Invoice(
        currency="GBP",
        supplier=Supplier(name=record["vendor"]),
        source=Source("ledger", "", 0),
        accounting_reference=None if is_text else description,
        lines=(InvoiceLine(name=description),) if is_text else (),
    )
    return Row(f"{record['source']}-{number}", invoice, record["true_category"])


def play(rows: Iterable[Row], asks: Asks, *, learns_all: bool) -> tuple[list[Answer], float]:
    """Suggest and learn row by row; give the answers and the CPU milliseconds a row."""
    history, answers = History(CATEGORIES), []
    begun = time.process_time()
    for row in rows:
        said = history.suggest(row.invoice)
        three = (said.category, *said.others)[:3]
        asked = asks(said, row.id)
        answers.append(Answer(said, said.category == row.category, row.category in three, asked))
        if learns_all or asked:
            history.learn(_label(row, said))
    return answers, (time.process_time() - begun) * 1000 / len(answers)


def _label(row: Row, said: Suggestion) -> Label:
    return Label(
        subject=row.id,
        supplier_keys=known_as(row.invoice.supplier),
        name=row.invoice.supplier.name or "",
        words=row.invoice.words,
        cost_centre=row.invoice.cost_centre,
        category=row.category,
        suggested=said.category,
        evidence=said.evidence,
    )


def below_the_threshold(said: Suggestion, _row_id: str) -> bool:
    return said.category is None or said.confidence < SURE


def by_policy(said: Suggestion, row_id: str) -> bool:
    invoice = Invoice("GBP", Supplier(), Source("", "", 0))
    return bool(category_unsure(invoice, said, Facts(invoice_id=row_id), Policy()))


def share(answers: Sequence[Answer], of: Callable[[Answer], bool]) -> float:
    return sum(map(of, answers)) / len(answers) if answers else float("nan")


def calibration_error(answers: Sequence[Answer]) -> float:
    """Return how far confidence and hit rate are apart, over ten bins of confidence."""
    bins: dict[int, list[Answer]] = {}
    for answer in answers:
        at = min(BINS - 1, int(answer.suggestion.confidence * BINS))
        bins.setdefault(at, []).append(answer)
    off = (abs(sum(a.right - a.suggestion.confidence for a in held)) for held in bins.values())
    return sum(off) / len(answers)


def right(answer: Answer) -> bool:
    return answer.right


def confirmed(source: str, rows: Sequence[Row]) -> str:
    answers, milliseconds = play(rows, below_the_threshold, learns_all=True)
    new = [a for a in answers if a.suggestion.kind not in ("supplier", "supplier_cost_centre")]
    known = [a for a in answers if a.suggestion.kind in ("supplier", "supplier_cost_centre")]
    sure = [a for a in answers if a.suggestion.confidence >= SURE]
    unsure = [a for a in answers if a.suggestion.confidence < SURE]
    return (
        f"{source:8} {len(answers):6,} {share(answers, right):8.3f}"
        f" {share(answers[-2000:], right):9.3f}"
        f" {len(new) / len(answers):7.2f} {share(new, right):.3f} {share(known, right):8.3f}"
        f" {calibration_error(answers):11.3f} {len(sure) / len(answers):8.2f}"
        f" {share(sure, right):.3f} {share(unsure, right):8.3f}"
        f" {share(answers, lambda a: a.among_three):7.3f} {milliseconds:7.2f}"
    )


def reviewed(source: str, rows: Sequence[Row]) -> str:
    parts = [f"{source:8}"]
    for asks in (below_the_threshold, by_policy):
        answers, _ = play(rows, asks, learns_all=False)
        silent = share(answers, lambda a: not a.right and not a.asked)
        asked = share(answers, lambda a: a.asked)
        later = share(answers[len(answers) // 2 :], lambda a: a.asked)
        parts.append(f" {asked:12.2f} {later:9.2f} {silent:8.3f}")
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--lines", nargs="*", default=["wvu"], metavar="SOURCE")
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        raise SystemExit(f"no ledger {arguments.file}")
    sources = read(arguments.file, arguments.lines)
    print("every row confirmed by a person")
    print(
        f"{'source':8} {'rows':>6} {'accuracy':>8} {'last 2000':>9} {'new, right':>13}"
        f" {'known':>8} {'calibration':>11} {'>=0.80, right':>14} {'<0.80':>8}"
        f" {'of 3':>7} {'ms':>7}"
    )
    for source, rows in sources.items():
        print(confirmed(source, rows))
    print("\nonly what is asked about is confirmed: share asked, of the second half, silent errors")
    print(f"{'':8} {'below 0.80 only':>31} {'as the policy asks':>31}")
    for source, rows in sources.items():
        print(reviewed(source, rows))


if __name__ == "__main__":
    main()
