"""All of one invoice, frozen as it was read; the deciding keys act on exactly this."""

from textual.app import ComposeResult

from expense_agent.domain.verbs import OF_A_REQUEST, Verb
from expense_agent.service import InvoiceDetail, QueueRow, SupplierHistory
from tui.formatting import money
from tui.keymap import bindings
from tui.messages import RowsWanted
from tui.model.why_not import edited_now, why_not
from tui.safe_text import safe
from tui.screens.category_keys import CategoryKeysPage
from tui.screens.sections_page import SectionsPage
from tui.screens.taking_back import TakingBackPage
from tui.session import Session
from tui.sheet import About, sections
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.lines import KeyBar, Line, StatusLine
from tui.widgets.tabs_line import TabsLine


class DetailScreen(CategoryKeysPage, SectionsPage, TakingBackPage):
    """Shows the invoice under the cursor of the list."""

    BINDINGS = [*bindings("views"), *bindings("detail")]  # noqa: RUF012 - Textual declares it
    keys_shown = "detail"

    def __init__(self, session: Session, invoice_id: str | None = None) -> None:
        super().__init__(session)
        self._only = invoice_id
        """The one invoice that is shown; None: whatever is under the cursor of the queue."""
        self._row = None if invoice_id else session.inbox.row_under_cursor
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
        self._row = None if self._only else inbox.row_under_cursor
        self._detail, self._settled = None, False
        self.query_one(DetailSheet).say("reading the invoice")
        self.begin_at_top()
        if self._invoice_id:
            self._read(self._invoice_id)
        elif inbox.cursor is not None:
            self.post_message(RowsWanted((inbox.cursor,)))
        self._draw()

    @property
    def _invoice_id(self) -> str | None:
        return self._only or (self._row.seen.invoice_id if self._row else None)

    def _read(self, invoice_id: str) -> None:
        self.ask(
            "detail",
            lambda service: (service.invoice(invoice_id), service.supplier_history(invoice_id)),
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
        if self._detail is None and detail.id == self._invoice_id:
            self._detail, self._past = detail, past
            seen = self._row.seen if self._row else None
            if detail.request and (seen is None or detail.fingerprint != seen.fingerprint):
                self._row = detail.request
            self._draw()

    def _read_again_at_the_end(self) -> None:
        if self._row is None or self._detail is None or self._settled:
            return
        progress = self.session.inbox.progress.get(self._row.key)
        if progress and not progress.running:
            self._settled = True
            self._detail = None
            self._read(self._row.seen.invoice_id)

    def _draw(self) -> None:
        self.query_one("#title", Line).say(safe(f" {self._title()}"))
        if self._detail:
            self.show_sections(sections(self._about(self._detail)))
        self.draw_tabs()
        self.query_one("#status", StatusLine).show(self.session, self._remark())
        off = {f"decide.{verb.value}" for verb in OF_A_REQUEST if self.why_not(verb)}
        off |= {"decide.attach"} if self.why_not(Verb.NOTE) else set()
        keys = self.query_one(KeyBar)
        keys.show("detail_done" if self._detail and self._detail.request is None else "detail")
        keys.mark(frozenset(off))

    def _about(self, detail: InvoiceDetail) -> About:
        session = self.session
        return About(
            detail,
            session.now(),
            self._remark(),
            session.categories,
            self._past,
            ascii_only=session.ascii_only,
        )

    def redraw(self) -> None:
        """Draw anew after a jump or a scroll."""
        self._draw()

    def _title(self) -> str:
        row, inbox = self._row, self.session.inbox
        if row is None:
            return self._invoice_id or ""
        amount = money(row.payable_amount, row.currency)
        place = (inbox.order.rank(inbox.cursor) or 0) + 1
        name = row.number or row.seen.invoice_id
        where = "" if self._only else f"   {place} of {inbox.order.count}"
        return f"{name}  {row.supplier}  {amount}{where}"

    def _remark(self) -> str:
        row = self._row
        if row and (progress := self.session.inbox.progress.get(row.key)):
            return progress.sentence
        editing = edited_now(row, self.session.inbox) if row else None
        return "; ".join(part for part in (editing, self.why_not(Verb.APPROVE)) if part)

    def target(self) -> QueueRow | None:
        """Return the request that is shown."""
        return self._row

    def why_not(self, verb: Verb) -> str | None:
        """Say why a verb is off; what has not been read cannot be decided."""
        if self._detail is None:
            return "the invoice is still being read"
        reason = why_not(verb, self._row, self.session.inbox, self.session.desk)
        if reason is None and self._detail.request is None:
            return f"it is {self._detail.state}: nothing waits for a decision"
        return reason

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
        if detail := self._detail:
            self.take_back(detail.id, detail.state, detail.payment)

    def action_refresh(self) -> None:
        """Read the invoice again."""
        self._open()
