"""All of one invoice, frozen as it was read; the deciding keys act on exactly this."""

from textual.app import ComposeResult

from expense_agent.service import InvoiceDetail, SupplierHistory
from tui.formatting import money
from tui.keymap import pressed
from tui.keys.category_keys import CategoryKeys
from tui.keys.decision_keys import DecisionKeys
from tui.keys.looking_keys import LookingKeys
from tui.keys.reversal_way import Reversal
from tui.keys.scrolling_keys import SectionKeys
from tui.messages import RowsWanted
from tui.safe_text import safe
from tui.screens.mode_page import ModePage
from tui.sections import About, sections
from tui.session import Session
from tui.subject import OneInvoice
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.status_lines import KeyBar, Line, StatusLine
from tui.widgets.tabs_line import TabsLine


class DetailScreen(ModePage):
    """Shows the invoice under the cursor of the list."""

    BINDINGS = pressed("decide", "look", "category", "views", "detail")
    keys_shown = "detail"

    def __init__(self, session: Session, invoice_id: str | None = None) -> None:
        super().__init__(session)
        self._only = invoice_id
        """The one invoice that is shown; None: whatever is under the cursor of the queue."""
        self._subject = OneInvoice(session)
        if not invoice_id:
            self._subject.row = session.inbox.row_under_cursor
        self._deciding = self.parts.add(DecisionKeys(self, self._subject))
        self.parts.add(LookingKeys(self, self._subject))
        self.parts.add(CategoryKeys(self, self._subject, self.action_refresh))
        self._sections = self.parts.add(SectionKeys(self, "detail", self._draw))
        self._past: SupplierHistory | None = None
        self._settled = False
        """Whether the invoice has been read again after its decision ended."""

    def compose(self) -> ComposeResult:
        """Title, sheet, status, keys."""
        yield Line(id="title")
        yield TabsLine(id="sections")
        yield DetailSheet(id="sheet")
        yield StatusLine(id="status")
        yield KeyBar("detail")

    def on_mount(self) -> None:
        """Ask for the invoice."""
        self.whenever(self.session.changed, self._inbox_changed)
        self._open()

    def _open(self) -> None:
        """Begin with the row under the cursor."""
        inbox = self.session.inbox
        self._subject.row = None if self._only else inbox.row_under_cursor
        self._subject.detail, self._settled = None, False
        self.query_one(DetailSheet).say("reading the invoice")
        self._sections.begin_at_top()
        if self._invoice_id:
            self._read(self._invoice_id)
        elif inbox.cursor is not None:
            self.post_message(RowsWanted((inbox.cursor,)))
        self._draw()

    @property
    def _invoice_id(self) -> str | None:
        return self._only or self._subject.invoice_id

    def _read(self, invoice_id: str) -> None:
        self.ask(
            "detail",
            lambda service: (
                service.invoice(invoice_id),
                service.readings.supplier_history(invoice_id),
            ),
            self._take,
        )

    def cannot_read(self, error: Exception) -> None:
        """Say so in the place of the invoice."""
        self.query_one(DetailSheet).say(f"cannot be read: {error}")

    def _inbox_changed(self, _keys: frozenset[int] | None) -> None:
        if self._invoice_id is None and self.session.inbox.row_under_cursor:
            self._open()
            return
        self._read_again_at_the_end()
        self._draw()

    def _take(self, read: tuple[InvoiceDetail, SupplierHistory]) -> None:
        """Keep the first reading: what a person is looking at does not change by itself."""
        detail, past = read
        subject = self._subject
        if subject.detail is None and detail.id == self._invoice_id:
            subject.detail, self._past = detail, past
            seen = subject.row.seen if subject.row else None
            if detail.request and (seen is None or detail.fingerprint != seen.fingerprint):
                subject.row = detail.request
            self._draw()

    def _read_again_at_the_end(self) -> None:
        row = self._subject.row
        if row is None or self._subject.detail is None or self._settled:
            return
        progress = self.session.inbox.progress.get(row.key)
        if progress and not progress.running:
            self._settled = True
            self._subject.detail = None
            self._read(row.seen.invoice_id)

    def _draw(self) -> None:
        detail = self._subject.detail
        self.query_one("#title", Line).say(safe(f" {self._title()}"))
        if detail:
            self._sections.show(sections(self._about(detail)))
        self._sections.draw_tabs()
        self.query_one("#status", StatusLine).show(self.session, self._subject.remark)
        keys = self.query_one(KeyBar)
        keys.show("detail_done" if detail and detail.request is None else "detail")
        keys.mark(self._deciding.off())

    def _about(self, detail: InvoiceDetail) -> About:
        session = self.session
        return About(
            detail,
            session.now(),
            self._subject.remark,
            session.categories,
            self._past,
            ascii_only=session.ascii_only,
        )

    def _title(self) -> str:
        row, inbox = self._subject.row, self.session.inbox
        if row is None:
            return self._invoice_id or ""
        amount = money(row.payable_amount, row.currency)
        place = (inbox.order.rank(inbox.cursor) or 0) + 1
        name = row.number or row.seen.invoice_id
        where = "" if self._only else f"   {place} of {inbox.order.count}"
        return f"{name}  {row.supplier}  {amount}{where}"

    def on_tabs_line_chosen(self, message: TabsLine.Chosen) -> None:
        """Jump to the section that was clicked."""
        self._sections.jump_to(message.number)

    # --- actions

    def action_next(self) -> None:
        """Go to the next invoice of the list."""
        self._go(1)

    def action_previous(self) -> None:
        """Go to the one before."""
        self._go(-1)

    def _go(self, rows: int) -> None:
        if self._only:
            self.say("this is the only one here: Esc goes back to the list")
            return
        self.session.inbox.step(rows)
        self.session.inbox.status.tell("")
        self.session.changed.publish(None)
        self._open()

    def action_take_back(self) -> None:
        """Take back what was carried out, with a reason."""
        if detail := self._subject.detail:
            Reversal(self).ask(detail.id, detail.state, detail.payment)

    def action_refresh(self) -> None:
        """Read the invoice again."""
        self._open()
