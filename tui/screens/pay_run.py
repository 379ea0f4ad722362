"""The payment run before it is exported: sums, payments, and what is left out."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from textual.app import ComposeResult

from expense_agent.service import ApprovalService
from expense_agent.service.payment_runs import LeftOut, RunPlan, RunReport
from tui.formatting import account_blocks, counted, crop, grouped, totals_line
from tui.keymap import pressed
from tui.keys.scrolling_keys import SectionKeys
from tui.messages import ErrandWanted
from tui.safe_text import inert, safe
from tui.screens.mode_page import ModePage
from tui.screens.words import WordsScreen
from tui.sections.line import GAP, STRONG, WARNING, Line, Section, line, text
from tui.session import Session
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.header_line import HeaderLine
from tui.widgets.status_lines import KeyBar, StatusLine
from tui.widgets.tabs_line import TabsLine

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


class PayRunScreen(ModePage):
    """Shows the plan; only naming a file exports it."""

    BINDINGS = pressed("views", "run")
    keys_shown = "run"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._plan: RunPlan | None = None
        self._sections = self.parts.add(SectionKeys(self, "run", self._redraw))

    def compose(self) -> ComposeResult:
        """Header, sections, the plan, status, keys."""
        yield HeaderLine(id="header")
        yield TabsLine(id="sections")
        yield DetailSheet(id="sheet")
        yield StatusLine(id="status")
        yield KeyBar("run")

    def on_mount(self) -> None:
        """Read the plan."""
        self.whenever(self.session.changed, lambda _keys: self._redraw())
        self.action_refresh()

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.after_refresh(self._redraw)

    def action_refresh(self) -> None:
        """Read the plan anew."""
        self._plan = None
        self.query_one(DetailSheet).say("reading what is scheduled")
        self.ask("plan", lambda service: service.treasury.plan(), self._take)

    def _take(self, plan: RunPlan) -> None:
        self._plan = plan
        self._sections.show(run_sections(plan))
        self.after_refresh(self._redraw)

    def cannot_read(self, error: Exception) -> None:
        """Say why there can be no run, in its place."""
        self.query_one(DetailSheet).say(str(error))

    def on_tabs_line_chosen(self, message: TabsLine.Chosen) -> None:
        """Jump to the section that was clicked."""
        self._sections.jump_to(message.number)

    def _redraw(self) -> None:
        """Draw everything but the plan."""
        self.query_one(HeaderLine).draw(self.session)
        self._sections.draw_tabs()
        self.query_one(StatusLine).show(self.session, "x writes the file of the run; Esc does not")

    def action_export(self) -> None:
        """Ask for the file, then export."""
        plan = self._plan
        if self.session.desk.read_only:
            self.say("cannot export: read-only")
        elif plan is None or not plan.payments:
            self.say("there is nothing to export")
        else:
            count = counted(len(plan.payments), "payment")
            title = f"Export {count} as {plan.format}"
            effect = "They leave for the bank once: an exported payment cannot be voided."
            screen = WordsScreen(self.session, title, effect, "file to write", "name a file")
            self.open(screen, self._export)

    def _export(self, typed: str | None) -> None:
        if not typed or self._plan is None:
            return
        path, shown = Path(typed).expanduser(), len(self._plan.payments)

        async def work(service: ApprovalService) -> str:
            return run_words(await asyncio.to_thread(service.treasury.run, path), shown)

        self.dismiss()
        self.post_message(ErrandWanted("payment run", work))
