"""The payment run before it is exported: sums, payments, what stays behind and why."""

import asyncio
from pathlib import Path

from textual.app import ComposeResult

from expense_agent.service import ApprovalService
from expense_agent.service.payment_runs import RunPlan
from tui.formatting import counted
from tui.keymap import pressed
from tui.keys.section_keys import SectionKeys
from tui.messages import ErrandWanted
from tui.screens.mode_page import ModePage
from tui.screens.words import WordsScreen
from tui.sections.run_section import run_sections, run_words
from tui.session import Session
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.header_line import HeaderLine
from tui.widgets.status_lines import KeyBar, StatusLine
from tui.widgets.tabs_line import TabsLine


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
