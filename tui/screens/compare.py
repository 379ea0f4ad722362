"""The invoice side by side with the one most like it: whether we have paid it before.

The deciding keys act on the left one, exactly as it was read.
"""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from expense_agent.domain.invoice import InvoiceLine
from expense_agent.domain.money import plain
from expense_agent.service import InvoiceDetail, SupplierHistory
from tui.destinations import ShowInvoice
from tui.formatting import account_blocks, crop, day_and_time, grouped
from tui.keymap import pressed
from tui.keys.decision_keys import DecisionKeys
from tui.keys.looking_keys import LookingKeys
from tui.keys.scrolling_keys import ScrollingKeys
from tui.safe_text import inert, safe
from tui.screens.mode_page import ModePage
from tui.session import Session
from tui.subject import OneInvoice
from tui.widgets.status_lines import KeyBar, Line, StatusLine

_LABEL = 17


def fields(detail: InvoiceDetail) -> Iterator[tuple[str, str]]:
    """Yield what is compared: a label and a value, the most telling first."""
    invoice, code = detail.invoice, detail.invoice.currency
    yield "id", detail.id
    yield "is", detail.state
    yield "supplier", invoice.supplier.name or ""
    yield "VAT id", invoice.supplier.vat_id or ""
    yield "number", invoice.number or ""
    yield "issue date", str(invoice.issue_date or "")
    yield "due date", str(invoice.due_date or "")
    yield "payable", f"{grouped(invoice.payable_amount, code)} {code}"
    yield "VAT", grouped(invoice.tax_amount, code)
    yield "account", account_blocks(detail.account or "")
    yield "category", detail.category or ""
    yield "purchase order", invoice.purchase_order or ""
    yield "buyer reference", invoice.buyer_reference or ""
    yield "remittance", invoice.remittance or ""
    for number, line in enumerate(invoice.lines, start=1):
        yield f"line {number}", _line(line, code)
    source = invoice.source
    yield "read from", f"{source.file.rsplit('/', 1)[-1]} {source.location or ''}"
    yield "received", f"{day_and_time(detail.received_at)} by {detail.imported_by}"


def _line(line: InvoiceLine, code: str) -> str:
    quantity = "" if line.quantity is None else plain(line.quantity)
    name = line.name or line.description or ""
    return f"{quantity} {name} {grouped(line.net_amount, code)}".strip()


def side_by_side(left: InvoiceDetail, right: InvoiceDetail, width: int) -> Content:
    """Set two invoices into columns; `=` stands between what is equal, `<>` between the rest."""
    first, second = dict(fields(left)), dict(fields(right))
    room = (width - _LABEL - 4) // 2
    lines = [_head("this one", "the other", room)]
    for label in dict.fromkeys([*first, *second]):
        mine, other = first.get(label, ""), second.get(label, "")
        same = mine.casefold().split() == other.casefold().split()
        sign, style = ("= ", "") if same else ("<>", "bold $text-warning")
        lines.append(
            Content.assemble(
                (label.ljust(_LABEL), "$text-muted"),
                safe(crop(inert(mine) or "-", room), style),
                (f" {sign} ", style or "$text-muted"),
                safe(crop(inert(other) or "-", room), style),
            )
        )
    return Content("\n").join(lines)


def _head(left: str, right: str, room: int) -> Content:
    return Content.styled(f"{'':{_LABEL}}{left:{room}}    {right}", "bold")


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
