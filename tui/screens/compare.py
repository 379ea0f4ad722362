"""The invoice side by side with the one most like it: whether we have paid this before.

The deciding keys act on the left one, exactly as it was read.
"""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from expense_agent.domain.verbs import OF_A_REQUEST, Verb
from expense_agent.service import InvoiceDetail, QueueRow, SupplierHistory
from tui.destinations import ShowInvoice
from tui.keymap import bindings
from tui.model.why_not import edited_now
from tui.safe_text import safe
from tui.screens.deciding import DecidingPage
from tui.screens.scrolling import ScrollingPage
from tui.session import Session
from tui.sheet.comparison import side_by_side
from tui.widgets.lines import KeyBar, Line, StatusLine


class CompareScreen(DecidingPage, ScrollingPage):
    """Two columns; n and N put another invoice of the supplier into the right one."""

    BINDINGS = bindings("compare")
    keys_shown = "compare_twin"

    def __init__(
        self, session: Session, detail: InvoiceDetail, past: SupplierHistory, twin: str
    ) -> None:
        super().__init__(session)
        self._detail = detail
        self._ids = list(dict.fromkeys([twin, *(one.id for one in past.invoices)]))
        self._place = 0
        self._twin: InvoiceDetail | None = None

    def compose(self) -> ComposeResult:
        """Title, both columns, status, keys."""
        yield Line(id="title")
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(id="both")
        yield StatusLine(id="status")
        yield KeyBar("compare_twin")

    def on_mount(self) -> None:
        """Read the other one; follow what becomes of decisions."""
        self.whenever(self.session.changed, lambda _keys: self._draw_status())
        self._read()

    def on_resize(self) -> None:
        """Set the columns anew."""
        self._draw()

    def _read(self) -> None:
        other = self._ids[self._place]
        self._twin = None
        self._draw()
        self.ask("twin", lambda service: service.invoice(other), self._take)

    def _take(self, twin: InvoiceDetail) -> None:
        self._twin = twin
        self._draw()

    def cannot_read(self, error: Exception) -> None:
        """Say so in the place of the columns."""
        self.query_one("#both", Static).update(safe(f" cannot be read: {error}", limit=400))

    def _draw(self) -> None:
        number = self._detail.invoice.number or self._detail.id
        place = f"{self._place + 1} of {len(self._ids)}"
        self.query_one("#title", Line).say(
            safe(f" {number} beside {self._ids[self._place]}   {place}")
        )
        self._draw_status()
        both = self.query_one("#both", Static)
        if self._twin is None:
            both.update(Content(" reading the other one"))
        else:
            both.update(side_by_side(self._detail, self._twin, self.size.width - 3))

    def _draw_status(self) -> None:
        self.query_one("#status", StatusLine).show(self.session, self._remark())
        off = {f"decide.{verb.value}" for verb in OF_A_REQUEST if self.why_not(verb)}
        self.query_one(KeyBar).mark(frozenset(off))

    def _remark(self) -> str:
        row = self._detail.request
        if row and (progress := self.session.inbox.progress.get(row.key)):
            return progress.sentence
        editing = edited_now(row, self.session.inbox) if row else None
        return "; ".join(part for part in (editing, self.why_not(Verb.APPROVE)) if part)

    def target(self) -> QueueRow | None:
        """Return the request of the left invoice."""
        return self._detail.request

    def why_not(self, verb: Verb) -> str | None:
        """Say why a verb is off."""
        if self._detail.request is None:
            return f"it is {self._detail.state}: nothing waits for a decision"
        return super().why_not(verb)

    def action_compare(self) -> None:
        """Say how to go on: it is compared already."""
        self.say("this is the comparison: n puts another invoice beside it")

    def action_next(self) -> None:
        """Compare with the next one."""
        self._go(1)

    def action_previous(self) -> None:
        """Compare with the one before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        self._place = (self._place + step) % len(self._ids)
        self._read()

    def action_open(self) -> None:
        """Show all of the other one."""
        self.show(ShowInvoice(self._ids[self._place]))
