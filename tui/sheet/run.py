"""What a payment run would hold, to be compared with what the bank will show."""

from collections.abc import Iterator

from expense_agent.paying import RunPlan, RunReport
from tui.formatting import account_blocks, counted, crop, grouped, totals_line
from tui.safe_text import inert, safe
from tui.sheet.line import GAP, STRONG, WARNING, Line, line, text
from tui.sheet.section import Section

_SHOWN = 500
"""Payments that are listed one by one."""


def run_sections(plan: RunPlan) -> tuple[Section, ...]:
    """Give the sums, the payments, and what stays behind."""
    return (
        Section("Run", tuple(_sums(plan))),
        Section("Payments", tuple(_payments(plan))),
        Section("Left out", tuple(_left_out(plan))),
    )


def _sums(plan: RunPlan) -> Iterator[Line]:
    yield line("run", (counted(len(plan.payments), "payment"), STRONG), " as ", text(plan.format))
    yield line("sums", (text(totals_line(plan.totals) or "nothing"), STRONG))
    yield GAP
    for number, day in enumerate(plan.dates):
        said = f"{day['date']}  {day['payments']:>6,}  {day['currency']} {grouped(day['sum'])}"
        yield line("" if number else "by day", safe(said))
    for note in plan.notes:
        yield line("note", safe(note, limit=400))


def _payments(plan: RunPlan) -> Iterator[Line]:
    for number, one in enumerate(plan.payments[:_SHOWN]):
        said = (
            f"{one['execution_date']}  {crop(inert(one['supplier']), 28)} "
            f"{grouped(one['amount']):>13} {one['currency']}  "
            f"{account_blocks(one['account'] or '-')}  {one['invoice_id']}"
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
