"""The content of a payment run, to be compared with the bank's."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from expense_agent.service.payment_runs import LeftOut, RunPlan, RunReport
from tui.formatting import account_blocks, counted, crop, grouped, totals_line
from tui.safe_text import inert, safe
from tui.sections.line import GAP, STRONG, WARNING, Line, line, text
from tui.sections.section import Section

_SHOWN = 500
"""Payments that are listed one by one."""
_REASONS = 3
"""Reasons for leaving out that are told at the top."""


def run_sections(plan: RunPlan) -> tuple[Section, ...]:
    """Return the sums, the payments, and what stays behind."""
    return (
        Section("Run", tuple(_sums(plan))),
        Section("Payments", tuple(_payments(plan))),
        Section("Left out", tuple(_left_out(plan))),
    )


def _sums(plan: RunPlan) -> Iterator[Line]:
    yield line("run", (counted(len(plan.payments), "payment"), STRONG), " as ", text(plan.format))
    yield line("sums", (text(totals_line(plan.totals) or "nothing"), STRONG))
    yield from _behind(plan)
    yield GAP
    for number, day in enumerate(plan.dates):
        said = f"{day.date}  {day.payments:>6,}  {day.currency} {grouped(day.sum)}"
        yield line("" if number else "by day", safe(said))
    for note in plan.notes:
        yield line("note", safe(note, limit=400))


def _behind(plan: RunPlan) -> Iterator[Line]:
    """Say how much stays behind and for which reasons, the commonest first."""
    reasons = Counter(one.reason for one in plan.left_out).most_common()
    for number, (reason, count) in enumerate(reasons[:_REASONS]):
        kept = sums(one for one in plan.left_out if one.reason == reason)
        said = f"{counted(count, 'payment')}, {totals_line(kept)}: "
        yield line("" if number else "left out", safe(said), (safe(reason, limit=400), WARNING))
    if more := sum(count for _, count in reasons[_REASONS:]):
        yield line("", f"{counted(more, 'payment')} for other reasons: listed below")


def sums(left_out: Iterable[LeftOut]) -> dict[str, str]:
    """Add up what is left out, currency by currency."""
    found: dict[str, Decimal] = {}
    for one in left_out:
        found[one.currency] = found.get(one.currency, Decimal(0)) + Decimal(one.amount)
    return {currency: str(amount) for currency, amount in found.items()}


def _payments(plan: RunPlan) -> Iterator[Line]:
    for number, one in enumerate(plan.payments[:_SHOWN]):
        said = (
            f"{one.execution_date}  {crop(inert(one.supplier), 28)} "
            f"{grouped(one.amount):>13} {one.currency}  "
            f"{account_blocks(one.account or '-')}  {one.invoice_id}"
        )
        yield line("" if number else "payments", safe(said))
    if len(plan.payments) > _SHOWN:
        yield line("", f"and {len(plan.payments) - _SHOWN:,} more")
    if not plan.payments:
        yield line("payments", "nothing is to be exported")


def _left_out(plan: RunPlan) -> Iterator[Line]:
    if not plan.left_out:
        yield line("left out", "nothing")
    for number, one in enumerate(plan.left_out):
        label = "" if number else "left out"
        amount = f"{one.invoice_id}  {grouped(one.amount)} {one.currency}  {one.supplier}: "
        yield line(label, safe(amount), (safe(one.reason, limit=400), WARNING))


def run_words(report: RunReport, shown: int) -> str:
    """Say what became of a run; `shown` is how many payments the person has looked at."""
    if report.run is None:
        return "nothing was to be exported"
    differs = f" ({shown:,} were shown)" if report.payments != shown else ""
    again = "made before, the same bytes" if report.repeated else f"sha256 {report.sha256}"
    return (
        f"run {report.run}: {counted(report.payments, 'payment')}{differs},"
        f" {totals_line(report.totals)}, in {report.file}; {again}"
    )
