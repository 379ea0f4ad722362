"""A mode that lists records of the store: views, a search line, the list, status and keys."""

import re
from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Input

from tui.destinations import ShowInvoice
from tui.safe_text import safe
from tui.screens.follower import FollowingPage
from tui.screens.telling import Taking
from tui.session import Session
from tui.widgets.header_line import HeaderLine
from tui.widgets.lines import KeyBar, Line, StatusLine
from tui.widgets.record_table import Look, RecordTable
from tui.widgets.search_line import SearchLine
from tui.widgets.tabs_line import TabsLine


class ListingPage(FollowingPage):
    """Lays out and moves; what is listed comes from the screen that derives from it."""

    AUTO_FOCUS = "RecordTable"
    hint = ""
    """The hint in the empty search field."""
    look: Look[Any]
    view_count = 1

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view = 0
        """The number of the view that is shown."""

    def compose(self) -> ComposeResult:
        """Lay out the lines from top to bottom."""
        yield HeaderLine(id="header")
        yield TabsLine(id="tabs")
        yield SearchLine(self.hint)
        yield Line(id="heads")
        yield self.make_table()
        yield StatusLine(id="status")
        yield KeyBar(self.keys_shown)

    def make_table(self) -> RecordTable[Any]:
        """Make the list."""
        return RecordTable(self.look, id="records")

    @property
    def table(self) -> RecordTable[Any]:
        """The list."""
        return self.query_one(RecordTable)

    @property
    def search(self) -> SearchLine:
        """The line that narrows it."""
        return self.query_one(SearchLine)

    def on_line_resized(self) -> None:
        """Draw what depends on the width."""
        self.draw()

    def draw(self) -> None:
        """Draw everything around the list; the list draws itself."""
        self.query_one(HeaderLine).draw(self.session)
        self.query_one(TabsLine).draw(self.titles(), self.view, self.sums())
        self.search.draw(self.counts())
        self.query_one("#heads", Line).say(safe(self.table.heading()))
        self.query_one(StatusLine).show(self.session, self.about_cursor())

    def titles(self) -> list[str]:
        """Return the titles of the views."""
        raise NotImplementedError

    def sums(self) -> str:
        """Return what stands right of the views."""
        return ""

    def counts(self) -> str:
        """Return what stands right of the search line."""
        raise NotImplementedError

    def about_cursor(self) -> str:
        """Return what is to be known of the record under the cursor."""
        return ""

    def narrowed(self) -> None:
        """List what the view and the search line leave."""
        raise NotImplementedError

    # --- events and actions

    def on_screen_resume(self) -> None:
        """List what a figure has led to."""
        trip = self.session.trip
        if trip and trip.lead.mode == self.app.current_mode:
            self.view = 0
            self.search.apply(trip.lead.text)
        super().on_screen_resume()

    def on_record_table_moved(self) -> None:
        """Let an old sentence give way to what is under the cursor."""
        self.session.inbox.status.tell("")
        self.draw()

    def on_search_line_applied(self) -> None:
        """List what the search leaves."""
        self.table.focus()
        self.narrowed()
        self.draw()

    def on_input_blurred(self, _event: Input.Blurred) -> None:
        """Leave the field when something else is clicked."""
        self.search.close()

    def action_search(self) -> None:
        """Let the person type what to look for."""
        self.search.open()

    def action_back(self) -> None:
        """Leave the field; else list everything again; never quit."""
        if self.search.is_open:
            self.search.close()
            self.table.focus()
        elif self.led_back(self.search.text) or self.search.text:
            self.search.apply("")

    def words(self) -> Mapping[str, Taking]:
        """Add the words for views and for what narrows the list."""
        names = [_spoken(title) for title in self.titles()]
        return {
            **super().words(),
            "view": (tuple(names), lambda name: self._show_view(names.index(name))),
            "filter": ((), self.search.apply),
        }

    def action_next_view(self) -> None:
        """Show the next view."""
        self._turn_view(1)

    def action_previous_view(self) -> None:
        """Show the view before."""
        self._turn_view(-1)

    def on_tabs_line_chosen(self, message: TabsLine.Chosen) -> None:
        """Show the view that was clicked."""
        self._show_view(message.number)

    def _turn_view(self, step: int) -> None:
        self._show_view((self.view + step) % self.view_count)

    def _show_view(self, view: int) -> None:
        self.view = view
        self.session.inbox.status.tell("")
        self.narrowed()
        self.draw()

    def open_invoice(self, invoice_id: str) -> None:
        """Show an invoice on top of this list."""
        self.show(ShowInvoice(invoice_id))


def _spoken(title: str) -> str:
    """Return the word for a view: its title without the count."""
    return re.sub(r"[ 0-9,]+$", "", title).casefold().replace(" ", "-")
