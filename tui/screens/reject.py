"""The reason for a rejection: a preset by its digit, or words of one's own; text is required."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from expense_agent.service import QueueRow
from tui.formatting import counted, money, totals_line
from tui.model.plan import totals
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.lines import KeyBar

PRESETS = (
    "duplicate of an invoice we have",
    "not ordered",
    "goods or service not received",
    "wrong amount",
    "wrong price or quantity",
    "bank account not confirmed by the supplier",
    "not our company",
    "a required field is missing",
    "paid already by other means",
)


class ReasonInput(Input):
    """A text field in which a digit typed first stands for a preset."""

    def on_key(self, event: events.Key) -> None:
        """Take a digit typed into the empty field as a preset."""
        if not self.value and event.key in "123456789":
            self.value = PRESETS[int(event.key) - 1]
            self.cursor_position = len(self.value)
            event.prevent_default()
            event.stop()


class RejectScreen(Dialog[str]):
    """Ends with the reason, or with nothing."""

    keys_shown = "reject"

    def __init__(self, session: Session, rows: Sequence[QueueRow]) -> None:
        super().__init__(session)
        self._rows = tuple(rows)

    def compose(self) -> ComposeResult:
        """Say what is rejected, the presets, then the field."""
        with Vertical(classes="dialog"):
            yield Static(self._what())
            yield Static(
                Content("\n").join(Content(f"{n}  {text}") for n, text in enumerate(PRESETS, 1)),
                id="presets",
            )
            yield ReasonInput(
                placeholder="the reason: a digit, or your own words", compact=True, max_length=500
            )
            yield Static(id="problem", classes="problem")
            yield KeyBar("reject")

    def _what(self) -> Content:
        if len(self._rows) == 1:
            row = self._rows[0]
            amount = money(row.payable_amount, row.currency)
            named = f"{row.number or row.seen.invoice_id}  {row.supplier}  {amount}"
            return Content.assemble(("Reject ", "bold"), safe(named, "bold"))
        sums = totals_line(totals(self._rows))
        count = counted(len(self._rows), "marked invoice")
        return Content.assemble((f"Reject {count}", "bold"), safe(f"   {sums}"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the reason, unless there is none."""
        if reason := event.value.strip():
            self.dismiss(reason)
        else:
            self.query_one("#problem", Static).update("a rejection needs its reason")
