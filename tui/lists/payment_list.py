"""The ledger's payments by status, with sums per currency.

Of 100,000 only the order is held; rows are read a few pages at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from expense_agent.service import (
    NOBODY_ASKED,
    PAYMENT_STATUSES,
    ApprovalService,
    PaymentOverview,
    PaymentQuery,
    PaymentView,
)
from tui.formatting import account_blocks, grouped, totals_line
from tui.lists.contents import Contents
from tui.model.listed import InPages, Known
from tui.model.order import Order
from tui.safe_text import inert
from tui.screens.page import Page
from tui.widgets.list_columns import Column
from tui.widgets.record_table import Look, PagedTable

_Listing = tuple[PaymentQuery, PaymentOverview, Order]
_SYMBOLS = {"scheduled": "▸", "exported": "▹", "settled": "✓", "voided": "✗"}
_ASCII = {"scheduled": ".", "exported": ":", "settled": "+", "voided": "-"}
_COLUMNS = (
    Column("status", "STATUS", 11),
    Column("supplier", "SUPPLIER", 0),
    Column("amount", "AMOUNT", 13, right=True),
    Column("currency", "CUR", 3),
    Column("date", "EXECUTION", 10),
    Column("invoice", "ID", 8),
    Column("account", "ACCOUNT", 28, since=118),
    Column("by", "APPROVED BY", 20, since=92),
)


def _texts(payment: PaymentView, *, ascii_only: bool) -> dict[str, str]:
    symbol = (_ASCII if ascii_only else _SYMBOLS).get(payment.status, "?")
    approved_by = ", ".join(payment.approved_by)
    return {
        "status": inert(f"{symbol} {payment.status}"),
        "supplier": inert(payment.supplier),
        "amount": grouped(payment.amount, payment.currency),
        "currency": inert(payment.currency),
        "date": inert(payment.execution_date),
        "invoice": inert(payment.invoice_id),
        "account": inert(account_blocks(payment.account or "-")),
        "by": inert(approved_by) or NOBODY_ASKED,
    }


def _listing(service: ApprovalService, query: PaymentQuery) -> _Listing:
    """Read a list and put it in order, both in the reader's thread; the keys are held once."""
    overview = service.payment_list.overview(query)
    return query, replace(overview, keys=()), Order(overview.keys)


class PaymentList(Contents):
    """Payments, of which only those in sight are read."""

    hint = "supplier, invoice, account, amount or approver"

    def __init__(self, page: Page[None], redraw: Callable[[], None]) -> None:
        super().__init__(page, redraw)
        session = page.session
        self.look = Look(
            _COLUMNS,
            key=lambda payment: payment.id,
            texts=lambda payment: _texts(payment, ascii_only=session.ascii_only),
            tone=lambda payment: {"settled": "good", "voided": "quiet"}.get(payment.status, ""),
        )
        self._query = PaymentQuery()
        """The question in force; the list is of `_read`."""
        self._read: PaymentQuery | None = None
        self._overview = PaymentOverview((), {}, {})
        self._listed = 0
        self._known = Known[PaymentView]()

    def make_table(self) -> PagedTable[PaymentView]:
        """Make the list."""
        return PagedTable(self.look, id="records")

    def read(self) -> None:
        """Read which payments there are; their rows are read when they come into sight."""
        query = self._query
        self.page.ask("payments", lambda service: _listing(service, query), self._take)

    def _take(self, listing: _Listing) -> None:
        self._read, self._overview, order = listing
        self._listed = len(order)
        self._known.outdate()
        self._table.show_pages(InPages(order, self._known))
        self.redraw()

    def narrowed(self) -> None:
        """Read what the view and the search line leave; until then the list stays as it is."""
        status = PAYMENT_STATUSES[self.views.shown - 1] if self.views.shown else None
        self._query = PaymentQuery(status, self.words)
        self.read()

    def read_rows(self, keys: tuple[int, ...]) -> None:
        """Read payments that are in sight, or nearly."""
        self.page.ask(
            "payment rows",
            lambda service: service.payment_list.rows(keys),
            lambda rows: self._take_rows(keys, rows),
        )

    def _take_rows(self, keys: Sequence[int], rows: Sequence[PaymentView]) -> None:
        self._known.take(keys, {row.id: row for row in rows})
        self._table.refresh()
        self.redraw()

    @property
    def _table(self) -> PagedTable[PaymentView]:
        return self.page.query_one(PagedTable)

    def titles(self) -> list[str]:
        """Return the views with their counts."""
        counts = self._overview.counts
        all_of = f"All {sum(counts.values()):,}"
        return [all_of, *(f"{name} {counts.get(name, 0):,}" for name in PAYMENT_STATUSES)]

    def counts(self) -> str:
        """Return the sums of what is listed, currency by currency."""
        if self._read != self._query:
            return "reading "
        return f"{totals_line(self._overview.totals)}   {self._listed:,} listed "

    def about_cursor(self) -> str:
        """Say where the payment under the cursor goes, and who approved it."""
        payment = self.table.record
        if payment is None:
            return "" if self._read is None or self._listed else "no payment here"
        to = account_blocks(payment.account or "no account")
        by = ", ".join(payment.approved_by) or "nobody: a clean policy result"
        return f"{payment.status}, to {to}, approved by {by}"
