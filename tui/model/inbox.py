"""The only mutable picture of the queue: order, cursor, marks, and what is being decided.

Everything is held by request key, never by row number, so nothing that arrives can move a
decision to another payment. Only `show` moves rows.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from expense_agent.service import Event, InvoiceDetail, QueueQuery, QueueRow
from tui.model.grace import Grace
from tui.model.intent import Intent
from tui.model.order import Listing, News, Order
from tui.model.progress import Progress, Verb, advanced, begun, summary

KEPT_ROWS = 2000
"""Rows remembered besides the marked ones and those being decided."""


@dataclass(frozen=True, slots=True)
class _Known:
    row: QueueRow | None
    """None: the store does not know this key."""
    reading: int


class Inbox:
    """What is on the list and what this person is doing with it."""

    def __init__(self, grace: Grace | None = None) -> None:
        self.grace = Grace() if grace is None else grace
        self.query = QueueQuery()
        self.filter_text = ""
        self.listing = Listing(Order())
        self.loaded = False
        self.news = News()
        self.cursor: int | None = None
        self.marks: dict[int, QueueRow] = {}
        """Marked rows as they were drawn when they were marked."""
        self.progress: dict[int, Progress] = {}
        self.changed: set[int] = set()
        """Keys whose request is not any more what is drawn."""
        self.detail: InvoiceDetail | None = None
        """The invoice read last, for the preview."""
        self._together: tuple[int, ...] = ()
        """Keys of the latest set decided together."""
        self.said = ""
        """The newest sentence for the status line; may contain supplier text."""
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._reading = 0

    # --- the list

    @property
    def order(self) -> Order:
        """The order on the screen."""
        return self.listing.order

    def show(self, listing: Listing) -> None:
        """Put a reading on the screen: the only thing that moves rows. The cursor keeps its key."""
        place = self.order.place(self.cursor) or 0
        before = self.order
        self.listing = listing
        self.loaded = True
        self.cursor = self._nearest(before, place)
        self.changed.clear()
        self.marks = {key: row for key, row in self.marks.items() if key not in self.progress}
        self.progress = {key: p for key, p in self.progress.items() if p.running}
        self._known.clear()
        self.news = News(change=listing.change, waiting=listing.waiting)

    def _nearest(self, before: Order, place: int) -> int | None:
        """Give the cursor's key, or the first after it (else before it) that is still there."""
        keys = before.keys
        around = (
            *keys[place : place + KEPT_ROWS],
            *reversed(keys[max(0, place - KEPT_ROWS) : place]),
        )
        first = self.order.keys[0] if len(self.order) else None
        return next((key for key in around if key in self.order), first)

    def offer(self, news: News) -> None:
        """Note that the store has moved on: a banner, and what is drawn is read again."""
        self.news = news
        self.listing = replace(self.listing, waiting=news.waiting, change=news.change)
        self._reading += 1

    def row(self, key: int | None) -> QueueRow | None:
        """Give a row as it is drawn; None while it has not been read or is not in the store."""
        known = self._known.get(key) if key is not None else None
        return known.row if known else None

    @property
    def row_under_cursor(self) -> QueueRow | None:
        """The row a key press acts on when nothing is marked."""
        return self.row(self.cursor)

    def wanted(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Give those keys whose rows have not been read since the store last changed."""
        return tuple(key for key in keys if not self._is_fresh(key))

    def _is_fresh(self, key: int) -> bool:
        known = self._known.get(key)
        return known is not None and known.reading == self._reading

    def learn(self, asked: Sequence[int], rows: Iterable[QueueRow]) -> None:
        """Take in what was read. A request that is not what is drawn is marked, not redrawn."""
        read = {row.key: row for row in rows}
        for key in asked:
            drawn, row = self.row(key), read.get(key)
            if drawn and row and drawn.seen != row.seen:
                self.changed.add(key)
                row = drawn
            self._known[key] = _Known(row, self._reading)
            self._known.move_to_end(key)
        while len(self._known) > KEPT_ROWS:
            self._known.popitem(last=False)

    # --- cursor and marks

    def move_to(self, place: int) -> None:
        """Put the cursor on a row number, as near as the list allows."""
        if keys := self.order.keys:
            self.cursor = keys[max(0, min(place, len(keys) - 1))]

    def move(self, rows: int) -> None:
        """Move the cursor down (or up, below zero)."""
        self.move_to((self.order.place(self.cursor) or 0) + rows)

    def toggle_mark(self) -> None:
        """Mark the row under the cursor exactly as it is drawn, or take its mark away."""
        row = self.row_under_cursor
        if row is None:
            return
        if self.marks.pop(row.key, None) is None:
            self.marks[row.key] = row

    @property
    def hidden_marks(self) -> frozenset[int]:
        """Marked rows that the filter does not show."""
        return frozenset(key for key in self.marks if key not in self.order)

    # --- decisions

    def intend(self, intents: Sequence[Intent]) -> bool:
        """Keep decisions for as long as they can be taken back; False: they go at once."""
        if not self.grace.takes(intents):
            return False
        for intent in intents:
            self.marks.pop(intent.row.key, None)
        named = _named(intents)
        self.said = f"{named} in {self.grace.left(intents[0].row.key)} s: z takes it back"
        return True

    def taken_back(self, intents: Sequence[Intent]) -> None:
        """Say what was withdrawn; a set is marked again."""
        if not intents:
            self.said = "nothing can be taken back: all is carried out or on its way"
            return
        if len(intents) > 1:
            self.marks |= {intent.row.key: intent.row for intent in intents}
        self.said = f"{_named(intents)} taken back; nothing was carried out"

    def begin(self, rows: Sequence[QueueRow], verb: Verb) -> None:
        """Note that decisions, made together, have left for the engine."""
        for row in rows:
            self.progress[row.key] = begun(verb, row.number or row.seen.invoice_id)
            self.marks.pop(row.key, None)
        keys = tuple(row.key for row in rows)
        self.news = replace(self.news, gone=self.news.gone - frozenset(keys))
        self._together = keys
        self.said = self._sentence(keys[0])

    def apply(self, key: int, event: Event) -> Progress:
        """Take in one event of the engine."""
        moved = advanced(self.progress[key], event)
        self.progress[key] = moved
        self.said = self._sentence(key)
        return moved

    def _sentence(self, key: int) -> str:
        """Give the news of one decision, or the summary of the set it belongs to."""
        together = [self.progress[one] for one in self._together if one in self.progress]
        if key in self._together and len(together) > 1:
            return summary(together)
        return self.progress[key].sentence

    def replace(self, key: int, row: QueueRow) -> None:
        """Put the new request of the same invoice in the place of the one that was answered.

        One that stayed the same request (after a note) can be decided again.
        """
        if row.key == key:
            self.progress.pop(key, None)
            self._known[key] = _Known(row, self._reading)
            return
        self.news = replace(self.news, new=self.news.new - {row.key})
        place = self.order.place(key)
        if place is None or row.key in self.order:
            return
        self.listing = replace(self.listing, order=self.order.with_replaced(key, row.key))
        self._known[row.key] = _Known(row, self._reading)
        self.cursor = row.key if self.cursor == key else self.cursor

    @property
    def running(self) -> int:
        """Decisions that have not ended yet."""
        return sum(1 for progress in self.progress.values() if progress.running)


def _named(intents: Sequence[Intent]) -> str:
    """Give "R-1: approval" or "12 approvals"."""
    first = intents[0]
    if len(intents) == 1:
        return f"{first.row.number or first.row.seen.invoice_id}: {first.verb.noun}"
    return f"{len(intents)} {first.verb.noun}s"
