"""The only mutable picture of the queue: order, cursor, marks, and what is being decided.

Everything is held by request key, never by row number, so nothing that arrives can move a
decision to another payment. Only `show` moves rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    BeingEdited,
    Event,
    InvoiceDetail,
    QueueGroup,
    QueueQuery,
    QueueRow,
)
from tui.formatting import counted
from tui.model.grace import Grace
from tui.model.intent import Intent
from tui.model.listed import KEPT_ROWS, KnownRows
from tui.model.look import Look
from tui.model.notices import Status
from tui.model.order import Listing, News, Order, is_header
from tui.model.progress import Progress, advanced, begun, summary


class Inbox:
    """The rows on the list, and this person's work with them."""

    def __init__(self, grace: Grace | None = None) -> None:
        self.grace = Grace() if grace is None else grace
        self.look = Look()
        self.query = QueueQuery()
        """The question to the store; set by whoever asks."""
        self.listing = Listing(Order())
        self.counts: Mapping[str, int] = {}
        """How many requests each view has, by its name, as far as known."""
        self.folds: dict[tuple[str, str], bool] = {}
        """Groups this person has folded (True) or unfolded, by grouping and group."""
        self.loaded = False
        self.news = News()
        self.cursor: int | None = None
        self.marks: dict[int, QueueRow] = {}
        """Marked rows as they were drawn when they were marked."""
        self.progress: dict[int, Progress] = {}
        self.known = KnownRows()
        self.row = self.known.get
        self.learn = self.known.learn
        self.editing: Mapping[str, BeingEdited] = {}
        """Edits of other people, by the id of the invoice."""
        self.not_at_rest = ""
        """Threads cut off or held by another process for long, in words."""
        self.detail: InvoiceDetail | None = None
        """The invoice read last, for the preview."""
        self.together: dict[int, QueueRow] = {}
        """The latest set decided together, as it was decided."""
        self.status = Status()

    # --- the list

    @property
    def order(self) -> Order:
        """The order on the screen."""
        return self.listing.order

    @property
    def changed(self) -> set[int]:
        """Keys whose request is not any more what is drawn."""
        return self.known.changed

    def show(self, listing: Listing) -> None:
        """Put a reading on the screen: the only thing that moves rows. The cursor keeps its key."""
        before, place = self.order, self.order.place(self.cursor) or 0
        group = before.group(self.cursor)
        self.listing = listing
        self._fold()
        self.loaded = True
        if self.cursor is not None and is_header(self.cursor) and group:
            self.cursor = self.order.header_named(group.key)
        self.cursor = self._nearest(before, place)
        decided = {key for key, progress in self.progress.items() if not progress.failed}
        others = self.news.gone & self.marks.keys()
        self.marks = {k: row for k, row in self.marks.items() if k not in decided | others}
        if others:
            self.status.tell(f"{counted(len(others), 'mark')} taken away: answered by others")
        self.progress = {key: p for key, p in self.progress.items() if p.running}
        self.known.forget()
        self.news = News(change=listing.change, waiting=listing.waiting)

    def _nearest(self, before: Order, place: int) -> int | None:
        """Return the cursor, or what is nearest to where it stood and still to be seen."""
        if self.order.place(self.cursor) is not None:
            return self.cursor
        if self.cursor is not None and self.cursor in self.order:
            return self.order.header_of(self.cursor)
        around = (
            *before.lines(place, place + KEPT_ROWS),
            *reversed(before.lines(place - KEPT_ROWS, place)),
        )
        near = (key for key in around if not is_header(key))
        return next((key for key in near if self.order.place(key) is not None), self._first())

    def _first(self) -> int | None:
        """Return the first invoice that is to be seen, or the first header."""
        lines = self.order.lines(0, KEPT_ROWS)
        return next((key for key in lines if not is_header(key)), lines[0] if lines else None)

    def offer(self, news: News) -> None:
        """Note that the store has moved on: a banner, and what is drawn is read again."""
        self.news = news
        self.listing = replace(self.listing, waiting=news.waiting)
        self.known.outdate()

    @property
    def row_under_cursor(self) -> QueueRow | None:
        """The row a key press acts on when nothing is marked."""
        return self.row(self.cursor)

    def wanted(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Return those keys whose rows have not been read since the store last changed."""
        return self.known.wanted(key for key in keys if not is_header(key))

    # --- groups

    @property
    def group_under_cursor(self) -> QueueGroup | None:
        """The group whose header is under the cursor."""
        on_header = self.cursor is not None and is_header(self.cursor)
        return self.order.group(self.cursor) if on_header else None

    def fold(self, *, everything: bool = False) -> None:
        """Fold the group under the cursor or unfold it; or all of them."""
        order, group = self.order, self.order.group(self.cursor)
        if group is None:
            return
        fold = (
            len(order.folded) < len(order.groups) if everything else group.key not in order.folded
        )
        for one in order.groups if everything else (group,):
            self.folds[self.look.group, one.key] = fold
        self._fold()
        self.cursor = self._nearest(order, 0)

    def _fold(self) -> None:
        """Fold what the person has folded, else what is routine, unless that is all there is."""
        groups = self.order.groups
        routine = any(not group.routine for group in groups)
        folded = frozenset(
            group.key
            for group in groups
            if self.folds.get((self.look.group, group.key), routine and group.routine)
        )
        self.listing = replace(self.listing, order=self.order.with_folded(folded))

    # --- cursor and marks

    def move_to(self, place: int) -> None:
        """Put the cursor on a line, as near as the list allows."""
        if lines := len(self.order):
            self.cursor = self.order.at(max(0, min(place, lines - 1)))

    def move(self, lines: int) -> None:
        """Move the cursor down (or up, below zero)."""
        self.move_to((self.order.place(self.cursor) or 0) + lines)

    def step(self, way: int) -> bool:
        """Go to the next invoice, or (-1) the one before, past headers; False: there is none."""
        place = self.order.place(self.cursor)
        while place is not None and 0 <= (place := place + way) < len(self.order):
            if not is_header(key := self.order.at(place)):
                self.cursor = key
                return True
        return False

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
        self.status.tell(f"{named} in {self.grace.left(intents[0].row.key)} s: z takes it back")
        return True

    def taken_back(self, intents: Sequence[Intent]) -> None:
        """Say what was withdrawn; a set is marked again."""
        if not intents:
            self.status.tell("nothing counts down any more: V on the invoice (Enter) takes it back")
            return
        if len(intents) > 1:
            self.marks |= {intent.row.key: intent.row for intent in intents}
        self.status.tell(f"{_named(intents)} taken back; nothing was carried out")

    def begin(self, rows: Sequence[QueueRow], verb: Verb) -> None:
        """Note that decisions, made together, have left for the engine."""
        for row in rows:
            self.progress[row.key] = begun(verb, row.number or row.seen.invoice_id)
            self.marks.pop(row.key, None)
        self.together = {row.key: row for row in rows}
        self.news = replace(self.news, gone=self.news.gone - frozenset(self.together))
        self.status.tell(self._sentence(rows[0].key))

    def apply(self, key: int, event: Event) -> Progress | None:
        """Take in one event of the engine; None: the end of that decision was told already."""
        if key not in self.progress:
            return None
        moved = advanced(self.progress[key], event)
        self.progress[key] = moved
        if moved.failed and key in self.together and len(self.together) > 1:
            self.marks[key] = self.together[key]
        self.status.tell(self._sentence(key))
        return moved

    def _sentence(self, key: int) -> str:
        """Return the news of one decision, or the summary of the set it belongs to."""
        together = [self.progress[one] for one in self.together if one in self.progress]
        if key in self.together and len(together) > 1:
            return summary(together)
        return self.progress[key].sentence

    def replace(self, key: int, row: QueueRow) -> None:
        """Put the new request of the same invoice in the place of the one that was answered.

        One that stayed the same request (after a note) can be decided again.
        """
        if row.key == key:
            self.progress.pop(key, None)
            self.known.put(key, row)
            return
        self.news = replace(self.news, new=self.news.new - {row.key})
        if key not in self.order or row.key in self.order:
            return
        self.order.replace(key, row.key)
        self.known.put(row.key, row)
        self.cursor = row.key if self.cursor == key else self.cursor

    @property
    def running(self) -> int:
        """Decisions that have not ended yet."""
        return sum(1 for progress in self.progress.values() if progress.running)


def _named(intents: Sequence[Intent]) -> str:
    """Return "R-1: approval" or "12 approvals"."""
    first = intents[0]
    if len(intents) == 1:
        return f"{first.row.number or first.row.seen.invoice_id}: {first.verb.noun}"
    return f"{len(intents)} {first.verb.noun}s"
