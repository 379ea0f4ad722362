"""Modes that list records of the store: payments, activity, and categories to confirm.

No payment waits for an answer here. What is said of one invoice teaches the next ones of its
supplier; others that wait are proposals, changed only by an edit that is asked again.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widgets import Input

from tui.destinations import ShowInvoice, ShowPayRun
from tui.formatting import crop
from tui.keymap import pressed
from tui.keys.category_keys import CategoryFeedback, ConfirmKeys
from tui.keys.reversal_way import Reversal
from tui.lists.contents import Contents
from tui.lists.payment_list import PaymentList
from tui.lists.trail_list import TrailList
from tui.lists.unsure_list import UnsureList
from tui.safe_text import inert, safe
from tui.screens.mode_page import ModePage
from tui.screens.page import Page
from tui.session import Session
from tui.widgets.header_line import HeaderLine
from tui.widgets.record_table import PagedTable, RecordTable
from tui.widgets.search_line import SearchLine
from tui.widgets.status_lines import KeyBar, Line, StatusLine
from tui.widgets.tabs_line import TabsLine

C = TypeVar("C", bound=Contents)


class ListingPage(ModePage, Generic[C]):
    """Lays out, and reads when it is looked at; what it lists are its contents."""

    AUTO_FOCUS = "RecordTable"

    def __init__(
        self, session: Session, make: Callable[[Page[None], Callable[[], None]], C]
    ) -> None:
        super().__init__(session)
        self.contents = make(self, self.draw)
        self.parts.add(self.contents.views)
        self._read_at: int | None = None
        """The store's change counter at the latest reading."""

    def compose(self) -> ComposeResult:
        """Lay out the lines from top to bottom."""
        yield HeaderLine(id="header")
        yield TabsLine(id="tabs")
        yield SearchLine(self.contents.hint)
        yield Line(id="heads")
        yield self.contents.make_table()
        yield StatusLine(id="status")
        yield KeyBar(self.keys_shown)

    @property
    def _search(self) -> SearchLine:
        return self.query_one(SearchLine)

    def draw(self) -> None:
        """Draw everything around the list; the list draws itself."""
        contents = self.contents
        contents.follow()
        self.query_one(HeaderLine).draw(self.session)
        self.query_one(TabsLine).draw(contents.titles(), contents.views.shown, contents.sums())
        self._search.draw(contents.counts())
        self.query_one("#heads", Line).say(safe(contents.table.heading()))
        self.query_one(StatusLine).show(self.session, contents.about_cursor())

    # --- reading

    def on_mount(self) -> None:
        """Follow the store."""
        self.whenever(self.session.changed, self._store_changed)

    def on_screen_resume(self) -> None:
        """List what a figure has led to; catch up with what happened behind another mode."""
        trip = self.session.trip
        if trip and trip.lead.mode == self.app.current_mode:
            self.contents.views.shown = 0
            self._search.apply(trip.lead.text)
        self._store_changed(None)

    def _store_changed(self, _keys: frozenset[int] | None) -> None:
        if not self.is_current:
            return
        change = self.session.inbox.news.change
        if change != self._read_at:
            self._read_at = change
            self.contents.read()
        self.draw()

    def action_refresh(self) -> None:
        """Read again now."""
        self.session.inbox.status.tell("")
        self.contents.read()

    def cannot_read(self, error: Exception) -> None:
        """Say that the store has no answer."""
        self.contents.failed()
        super().cannot_read(error)

    # --- events and actions

    def on_line_resized(self) -> None:
        """Draw what depends on the width."""
        self.draw()

    def on_record_table_moved(self) -> None:
        """Let an old sentence give way to what is under the cursor."""
        self.contents.moved()
        self.session.inbox.status.tell("")
        self.draw()

    def on_search_line_applied(self) -> None:
        """List what the search leaves."""
        self.query_one(RecordTable).focus()
        self.contents.narrowed()
        self.draw()

    def on_input_blurred(self, _event: Input.Blurred) -> None:
        """Leave the field when something else is clicked."""
        self._search.close()

    def on_tabs_line_chosen(self, message: TabsLine.Chosen) -> None:
        """Show the view that was clicked."""
        self.contents.views.show(message.number)

    def action_search(self) -> None:
        """Let the person type what to look for."""
        self._search.open()

    def action_back(self) -> None:
        """Leave the field; else list everything again; never quit."""
        if self._search.is_open:
            self._search.close()
            self.query_one(RecordTable).focus()
        elif self.modes.led_back(self._search.text) or self._search.text:
            self._search.apply("")

    def show_invoice(self, invoice_id: str) -> None:
        """Show an invoice above this list."""
        self.show(ShowInvoice(invoice_id))


_TITLE = " To confirm   "


class ConfirmScreen(ListingPage[UnsureList]):
    """Lists unsure categories; what is confirmed or corrected leaves the list."""

    BINDINGS = pressed("views", "confirm")
    keys_shown = "confirm"

    def __init__(self, session: Session) -> None:
        super().__init__(session, UnsureList)
        feedback = self.parts.add(CategoryFeedback(self, self.contents.read))
        self.parts.add(ConfirmKeys(self, self.contents, feedback))

    def draw(self) -> None:
        """Draw; the digits are candidates here, so that the line of modes gives way."""
        super().draw()
        who, limit = inert(self.session.desk.approver, 80), f", {self.session.limit}"
        room = self.size.width - len(_TITLE) - len(limit)
        shown = who if cell_len(who) <= room else crop(who, room)
        self.query_one(HeaderLine).say(safe(f"{_TITLE}{shown}{limit}", limit=200))

    def action_open(self) -> None:
        """Show the invoice."""
        if unsure := self.contents.table.record:
            self.show_invoice(unsure.invoice_id)

    def action_back(self) -> None:
        """Leave the field or the search; else close this screen."""
        if self._search.is_open or self._search.text:
            super().action_back()
        else:
            self.modes.action_queue()


class ActivityScreen(ListingPage[TrailList]):
    """Lists the trail; Enter opens the invoice a line is about."""

    BINDINGS = pressed("views", "activity")
    keys_shown = "activity"

    def __init__(self, session: Session) -> None:
        super().__init__(session, TrailList)

    def action_open(self) -> None:
        """Show the invoice the line is about."""
        entry = self.contents.table.record
        if entry and entry.invoice_id:
            self.show_invoice(entry.invoice_id)
        else:
            self.say("this line is about no single invoice")


class PaymentsScreen(ListingPage[PaymentList]):
    """Lists payments; nothing here changes one without asking."""

    BINDINGS = pressed("views", "payments")
    keys_shown = "payments"

    def __init__(self, session: Session) -> None:
        super().__init__(session, PaymentList)

    def on_paged_table_wanted(self, message: PagedTable.Wanted) -> None:
        """Read payments that are in sight, or nearly."""
        self.contents.read_rows(message.keys)

    def action_open(self) -> None:
        """Show the invoice of the payment."""
        if payment := self.contents.table.record:
            self.show_invoice(payment.invoice_id)

    def action_take_back(self) -> None:
        """Void the payment under the cursor, with a reason."""
        if payment := self.contents.table.record:
            Reversal(self).ask(payment.invoice_id, "scheduled", payment)

    def action_run(self) -> None:
        """Show what a payment run would hold."""
        self.show(ShowPayRun())
