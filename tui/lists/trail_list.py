"""The audit trail, newest first and live, and what this terminal has told in its run.

A million events cost as much as a screenful: pages are read as the cursor comes near their end.
"""

from collections.abc import Callable
from dataclasses import replace

from expense_agent.domain.audit import AuditEvent
from expense_agent.service import TrailPage, TrailQuery
from tui.formatting import counted, day_and_time
from tui.lists.contents import Contents
from tui.model.event_words import event_words, trail_query
from tui.model.notices import Notice
from tui.safe_text import inert
from tui.screens.page import Page
from tui.widgets.list_columns import Column
from tui.widgets.record_table import Look

_NEAR = 60
"""Lines before the end at which the next page is read."""
_COLUMNS = (
    Column("at", "WHEN", 16),
    Column("actor", "WHO", 10),
    Column("action", "WHAT", 16),
    Column("invoice", "INVOICE", 8),
    Column("words", "", 0),
)
_Entry = AuditEvent | Notice
_TONES = {"failed": "alarm", "rejected": "quiet", "scheduled": "good"}


def _texts(entry: _Entry) -> dict[str, str]:
    if isinstance(entry, Notice):
        return {
            "at": entry.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            "actor": "this app",
            "action": "told",
            "invoice": inert(entry.invoice_id) or "-",
            "words": inert(entry.text, 400),
        }
    return {
        "at": day_and_time(entry.at),
        "actor": inert(entry.actor),
        "action": inert(entry.action.replace("_", " ")),
        "invoice": inert(entry.invoice_id or "-"),
        "words": inert(event_words(entry), 400),
    }


def _key(entry: _Entry) -> tuple[str, int]:
    return ("told", entry.number) if isinstance(entry, Notice) else ("seq", entry.seq)


def _tone(entry: _Entry) -> str:
    return "" if isinstance(entry, Notice) else _TONES.get(entry.action, "")


class TrailList(Contents):
    """The trail: who did what when; and what this app has told."""

    hint = "text, actor:ann, invoice:58mmd0"
    look = Look(_COLUMNS, _key, _texts, _tone)

    def __init__(self, page: Page[None], redraw: Callable[[], None]) -> None:
        super().__init__(page, redraw)
        self._events: list[AuditEvent] = []
        self._query = TrailQuery()
        self._earlier: int | None = None
        self._reading = False
        self._told = 0
        """How much was told when it was listed."""

    # --- reading

    def read(self) -> None:
        """Read what is new; of a search, everything again."""
        self._reading = True
        query = self._query
        self.page.ask("trail", lambda service: service.readings.trail(query), self._take_newest)

    def _take_newest(self, page: TrailPage) -> None:
        """Put the newest page before what is listed already."""
        self._reading = False
        known = self._events[0].seq if self._events else 0
        new = [event for event in page.events if event.seq > known]
        if not known or len(new) == len(page.events):  # perhaps there is a gap: begin anew
            self._events, self._earlier = list(page.events), page.earlier
        else:
            self._events[:0] = new
        self._list()
        self.redraw()

    def _read_earlier(self) -> None:
        if self._reading or self._earlier is None or self.views.shown:
            return
        self._reading = True
        query = replace(self._query, before=self._earlier)
        self.page.ask("trail", lambda service: service.readings.trail(query), self._take_earlier)

    def _take_earlier(self, page: TrailPage) -> None:
        self._reading = False
        self._events.extend(page.events)
        self._earlier = page.earlier
        self._list()
        self.redraw()

    def failed(self) -> None:
        """Try again with the next change or key."""
        self._reading = False

    # --- what is listed

    def _list(self) -> None:
        if self.views.shown:
            words = self.words.casefold()
            told = self.session.notices.newest_first
            self.table.show([notice for notice in told if words in notice.text.casefold()])
        else:
            self.table.show(self._events)
            self._go_on()

    def _go_on(self) -> None:
        """Read the next page when the end of what is known comes into sight."""
        if self.table.place + max(_NEAR, self.table.size.height) >= len(self._events):
            self._read_earlier()

    def narrowed(self) -> None:
        """Search anew, or show the other view."""
        query = trail_query(self.words)
        if not self.views.shown and query != self._query:
            self._query, self._events, self._earlier = query, [], None
            self.read()
        self._list()

    def titles(self) -> list[str]:
        """Return both views."""
        return ["Trail", f"Told in this run {len(self.session.notices)}"]

    def counts(self) -> str:
        """Return how far back the list goes."""
        if self.views.shown:
            return f"{len(self.session.notices):,} told "
        events = counted(len(self._events), "event")
        if self._earlier is None:
            return f"all {events} " if not self._reading else "reading "
        return f"{events}, back to {self._earlier:,} "

    def about_cursor(self) -> str:
        """Return all of what the line says."""
        entry = self.table.record
        if entry is None:
            return ""
        if isinstance(entry, Notice):
            return entry.text
        return f"{entry.seq:,} {entry.action.replace('_', ' ')}: {event_words(entry)}"

    def moved(self) -> None:
        """Read on when the end comes near."""
        if not self.views.shown:
            self._go_on()

    def follow(self) -> None:
        """List what was told meanwhile, too."""
        if self.views.shown and len(self.session.notices) != self._told:
            self._told = len(self.session.notices)
            self._list()
