"""How the import screen lists batches, what could not be read, and what became of invoices."""

from collections.abc import Mapping

from expense_agent.service import Headline, ImportProblem
from tui.formatting import grouped
from tui.model.imports import Batch
from tui.safe_text import inert
from tui.widgets.list_columns import Column
from tui.widgets.record_table import Look

_BATCHES = (
    Column("began", "BEGAN", 5),
    Column("name", "FILES", 0),
    Column("state", "", 8),
    Column("invoices", "INVOICES", 8, right=True),
    Column("scheduled", "SCHED", 6, right=True),
    Column("waiting", "WAIT", 6, right=True),
    Column("booked", "BOOKED", 6, right=True, since=90),
    Column("duplicates", "AGAIN", 6, right=True),
    Column("problems", "PROBLEMS", 8, right=True),
)
_PROBLEMS = (
    Column("file", "FILE", 24),
    Column("location", "PLACE", 16),
    Column("reason", "REASON", 0),
)
_INVOICES = (
    Column("id", "ID", 8),
    Column("supplier", "SUPPLIER", 0),
    Column("number", "INVOICE", 14, ends=True),
    Column("amount", "PAYABLE", 12, right=True),
    Column("currency", "CUR", 3),
    Column("state", "IS NOW", 10),
)


def _state(batch: Batch) -> str:
    if batch.running:
        return f"{batch.progress.share:4.0%}"
    return "stopped" if batch.broke_off.startswith("stopped") else (
        "failed" if batch.broke_off else "done"
    )  # fmt: skip


def _of_batch(batch: Batch) -> dict[str, str]:
    done = batch.report.invoices if batch.report else batch.progress.done
    return {
        "began": batch.began.astimezone().strftime("%H:%M"),
        "name": inert(batch.name),
        "state": _state(batch),
        "invoices": f"{done:,}",
        **{name: f"{count:,}" for name, count in batch.outcomes.items()},
    }


def short_file(path: str) -> str:
    """Return the last two parts of a path: what distinguishes files of one import."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def _of_problem(numbered: tuple[int, ImportProblem]) -> dict[str, str]:
    _, problem = numbered
    return {
        "file": inert(short_file(problem.file)),
        "location": inert(problem.location),
        "reason": inert(problem.reason, 400),
    }


def _problem_tone(_numbered: tuple[int, ImportProblem]) -> str:
    return ""


BATCHES = Look[Batch](
    _BATCHES,
    key=lambda batch: batch.number,
    texts=_of_batch,
    tone=lambda batch: "alarm" if batch.broke_off else "",
)
PROBLEMS = Look[tuple[int, ImportProblem]](
    _PROBLEMS, key=lambda numbered: numbered[0], texts=_of_problem, tone=_problem_tone
)


def invoices_look(known: Mapping[str, Headline]) -> Look[str]:
    """List ids; what is known of each is read when it comes into sight."""

    def texts(invoice_id: str) -> dict[str, str]:
        headline = known.get(invoice_id)
        if headline is None:
            return {**dict.fromkeys(("supplier", "number", "amount", "currency", "state"), "..."),
                    "id": inert(invoice_id)}  # fmt: skip
        return {
            "id": inert(invoice_id),
            "supplier": inert(headline.supplier),
            "number": inert(headline.number) or "-",
            "amount": grouped(headline.payable_amount, headline.currency) or "none",
            "currency": inert(headline.currency),
            "state": inert(headline.state),
        }

    return Look(_INVOICES, key=lambda invoice_id: invoice_id, texts=texts)
