"""Mode "step_by_step": which thread stands in front of which step, and what that starts from."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from expense_agent.service import Step, StepRow
from tui.formatting import crop, money
from tui.keymap import pressed
from tui.messages import StepTaken
from tui.model.steps import words
from tui.safe_text import inert, safe
from tui.screens.mode_page import ModePage
from tui.sections import Line as SheetLine
from tui.sections import laid_out
from tui.session import Session
from tui.widgets.status_lines import KeyBar, Line

_LIST_LINES = 8
"""Rows of the list that are shown at a time."""


class StepsScreen(ModePage):
    """The threads that wait for a person to go on; `n` runs one node of the one shown."""

    BINDINGS = pressed("steps")
    keys_shown = "steps"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._steps = session.steps

    def compose(self) -> ComposeResult:
        """Title, list, what the next step starts from, status, keys."""
        yield Line(id="title")
        yield Static(id="steps")
        with VerticalScroll(id="sheet"):
            yield Static(id="proposed")
        yield Line(id="status")
        yield KeyBar("steps")

    def on_mount(self) -> None:
        """Ask for the threads."""
        self.whenever(self.session.changed, lambda _keys: self._follow())
        self._read()
        self._draw()

    def _follow(self) -> None:
        """Read again what has gone on."""
        if self._steps.outdated:
            self._steps.outdated = False
            self._read()
        self._draw()

    def _read(self) -> None:
        self.ask("steps", lambda service: service.steps(), self._take)

    def _take(self, rows: list[StepRow]) -> None:
        self._steps.show(rows)
        self._draw()

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.after_refresh(self._draw)

    def _draw(self) -> None:
        steps = self._steps
        count = f"{len(steps.rows)} wait for a step" if steps.loaded else "reading"
        self.query_one("#title", Line).say(safe(f" Steps   {count}"))
        first = max(0, min(steps.cursor - _LIST_LINES // 2, len(steps.rows) - _LIST_LINES))
        shown = enumerate(steps.rows[first : first + _LIST_LINES], first)
        lines = [self._line(row, under_cursor=at == steps.cursor) for at, row in shown]
        nothing = Content("   nothing waits for a step" if steps.loaded else "")
        self.query_one("#steps", Static).update(Content("\n").join(lines) if lines else nothing)
        self.query_one("#proposed", Static).update(self._proposed())
        self.query_one("#status", Line).say(safe(f" {steps.status.sentence}", limit=400))

    def _line(self, row: StepRow, *, under_cursor: bool) -> Content:
        mark = ">" if under_cursor else " "
        busy = "..." if row.invoice_id in self._steps.running else words(row.step)
        amount = money(row.payable_amount, row.currency) if row.payable_amount else "no amount"
        room = max(8, self.size.width - 56)
        supplier = crop(inert(row.supplier), room).ljust(room)
        number = crop(inert(row.number), 14).ljust(14)
        text = f" {mark} {busy:16} {supplier} {number} {amount:>18}"
        return safe(text, "bold" if under_cursor else "", limit=400)

    def _proposed(self) -> Content:
        row = self._steps.shown
        if row is None:
            return Content("")
        lines = [SheetLine("next step", safe(words(row.step), "bold"))]
        lines += [
            SheetLine(name, safe(value or "-", limit=400)) for name, value in row.proposed.items()
        ]
        if row.note:
            lines.append(SheetLine("so far", safe(row.note, limit=400)))
        return laid_out(lines, max(20, self.size.width - 3))

    # --- actions

    def action_step(self) -> None:
        """Run the next node of the thread that is shown, exactly the one that is shown."""
        row = self._steps.shown
        if row is None or row.invoice_id in self._steps.running:
            return
        if not self.session.guard.allows("step"):
            self._say("not counted: a key held down goes one step; press it again to go on")
        elif self.session.desk.read_only:
            self._say("read-only: start without --read-only to go on")
        else:
            self._steps.running.add(row.invoice_id)
            self.post_message(StepTaken(Step(row.invoice_id, row.step)))
            self._draw()

    def _say(self, sentence: str) -> None:
        self._steps.status.tell(sentence)
        self._draw()

    def action_down(self) -> None:
        """Go to the next thread."""
        self._steps.move(1)
        self._draw()

    def action_up(self) -> None:
        """Go to the one before."""
        self._steps.move(-1)
        self._draw()

    def action_refresh(self) -> None:
        """Read the threads again."""
        self._read()
