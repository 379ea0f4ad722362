"""The words a verb asks for: a preset by its digit, or words of one's own; text is required."""

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
