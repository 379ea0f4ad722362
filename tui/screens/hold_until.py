"""Until when a request is put on hold: a digit for a usual day, or a date of one's own."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from expense_agent.service import QueueRow
from tui.model.until import CHOICES, END_OF_HOLD, NoSuchDay, until
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.screens.reason import what
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class HoldUntilScreen(Dialog[str]):
    """Ends with a choice of `tui.model.until`, a date, "0" (the hold is over), or nothing."""

    keys_shown = "hold"

    def __init__(self, session: Session, rows: Sequence[QueueRow]) -> None:
        super().__init__(session)
        self._rows = tuple(rows)

    def compose(self) -> ComposeResult:
        """Say what it is about, the choices with their days, then the field."""
        with Vertical(classes="dialog"):
            yield Static(what("Put on hold", self._rows))
            yield Static(self._choices())
            yield Input(placeholder="a digit, or a date: 2026-12-31, 12-31, 10d", compact=True)
            yield Static(id="problem", classes="problem")
            yield KeyBar("hold")

    def _choices(self) -> Content:
        lines = [f"{digit}  {self._said(digit, meaning)}" for digit, meaning in CHOICES.items()]
        if any(row.held_until for row in self._rows):
            lines.append(f"{END_OF_HOLD}  end the hold now")
        return Content("\n").join(Content(line) for line in lines)

    def _said(self, digit: str, meaning: str) -> str:
        try:
            days = {self._day(digit, row) for row in self._rows}
        except NoSuchDay as reason:
            return f"{meaning}: {reason}"
        return f"{meaning}: {days.pop()}" if len(days) == 1 else meaning

    def _day(self, text: str, row: QueueRow) -> str:
        return until(text, row.due_date, self.session.now().date()).isoformat()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the day, unless it cannot be."""
        text = event.value.strip()
        held = any(row.held_until for row in self._rows)
        try:
            if text != END_OF_HOLD or not held:
                self._day(text, self._rows[0])
        except NoSuchDay as problem:
            self.query_one("#problem", Static).update(safe(str(problem)))
        else:
            self.dismiss(text)
