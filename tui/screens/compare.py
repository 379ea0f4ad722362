"""The invoice side by side with the one most like it: whether we have paid this before.

The deciding keys act on the left one, exactly as it was read.
"""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from expense_agent.service import InvoiceDetail, SupplierHistory
from tui.destinations import ShowInvoice
from tui.keymap import pressed
from tui.keys.decision_keys import DecisionKeys
from tui.keys.looking_keys import LookingKeys
from tui.keys.scrolling_keys import ScrollingKeys
from tui.safe_text import safe
from tui.screens.mode_page import ModePage
from tui.sections.comparison import side_by_side
from tui.session import Session
from tui.subject import OneInvoice
from tui.widgets.status_lines import KeyBar, Line, StatusLine


class ComparedKeys(LookingKeys):
    """Looks closer at the left one."""

    def action_compare(self) -> None:
        """Say how to go on: it is compared already."""
        self.page.say("this is the comparison: n puts another invoice beside it")


class CompareScreen(ModePage):
    """Two columns; n and N put another invoice of the supplier into the right one."""

    BINDINGS = pressed("decide", "look", "compare")
    keys_shown = "compare_twin"

    def __init__(
        self, session: Session, detail: InvoiceDetail, past: SupplierHistory, twin: str
    ) -> None:
        super().__init__(session)
        self._detail = detail
        self._subject = OneInvoice(session, detail)
        self._deciding = self.parts.add(DecisionKeys(self, self._subject))
        self.parts.add(ComparedKeys(self, self._subject))
        self.parts.add(ScrollingKeys(self, "compare"))
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
        self.query_one("#status", StatusLine).show(self.session, self._subject.remark)
        self.query_one(KeyBar).mark(self._deciding.off())

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
