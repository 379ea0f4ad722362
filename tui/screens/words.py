"""Dialogs that ask for words before something is done, or until when a hold lasts."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from expense_agent.domain.verbs import Verb
from expense_agent.service import QueueRow
from tui.formatting import counted, money, totals_line
from tui.model.plan import totals
from tui.model.until import CHOICES, END_OF_HOLD, NoSuchDay, until
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class PresetInput(Input):
    """A text field in which a digit typed first stands for a preset."""

    def __init__(self, presets: Sequence[str], placeholder: str) -> None:
        super().__init__(placeholder=placeholder, compact=True, max_length=500)
        self._presets = presets

    def on_key(self, event: events.Key) -> None:
        """Take a digit typed into the empty field as a preset."""
        number = int(event.key) if event.key in set("123456789") else 0
        if not self.value and 0 < number <= len(self._presets):
            self.value = self._presets[number - 1]
            self.cursor_position = len(self.value)
            event.prevent_default()
            event.stop()


class ReasonScreen(Dialog[str]):
    """Ends with the words, or with nothing."""

    keys_shown = "reason"

    def __init__(
        self, session: Session, verb: Verb, rows: Sequence[QueueRow], more: str = ""
    ) -> None:
        super().__init__(session)
        self._question = verb.question
        self._rows = tuple(rows)
        self._more = more

    def compose(self) -> ComposeResult:
        """Say what it is about, the presets, then the field."""
        presets = self._question.presets
        with Vertical(classes="dialog"):
            yield Static(what(self._question.title, self._rows, self._more))
            yield Static(numbered(presets), id="presets")
            yield PresetInput(presets, self._question.field)
            yield Static(id="problem", classes="problem")
            yield KeyBar("reason")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the words, unless there are none."""
        if words := event.value.strip():
            self.dismiss(words)
        else:
            self.query_one("#problem", Static).update(safe(self._question.missing))


def numbered(choices: Sequence[str]) -> Content:
    """Return choices with the digits that stand for them."""
    return Content("\n").join(Content(f"{n}  {text}") for n, text in enumerate(choices, 1))


def what(title: str, rows: Sequence[QueueRow], more: str = "") -> Content:
    """Say what a dialog is about: the invoice, or how many and their sums."""
    ending = safe(f"   {more}") if more else Content("")
    if len(rows) == 1:
        row = rows[0]
        amount = money(row.payable_amount, row.currency)
        named = f"{row.number or row.seen.invoice_id}  {row.supplier}  {amount}"
        return Content.assemble((f"{title} ", "bold"), safe(named, "bold"), ending)
    count = counted(len(rows), "marked invoice")
    sums = totals_line(totals(rows))
    return Content.assemble((f"{title} {count}", "bold"), safe(f"   {sums}"), ending)


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


class WordsScreen(Dialog[str]):
    """Ends with the words, or with nothing."""

    keys_shown = "reason"

    def __init__(
        self,
        session: Session,
        title: str,
        effect: str,
        field: str = "why; it is kept in the trail",
        missing: str = "say why: nothing is done without",
    ) -> None:
        super().__init__(session)
        self._field = field
        self._missing = missing
        self._title = title
        self._effect = effect

    def compose(self) -> ComposeResult:
        """Say what will happen, then the field."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._title, "bold", limit=400))
            yield Static(safe(self._effect, limit=400))
            yield Input(placeholder=self._field, compact=True, max_length=500)
            yield Static(id="problem", classes="problem")
            yield KeyBar("reason")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the words, unless there are none."""
        if words := event.value.strip():
            self.dismiss(words)
        else:
            self.query_one("#problem", Static).update(safe(self._missing))
