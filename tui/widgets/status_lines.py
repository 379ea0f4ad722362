"""The one-line parts around the list: filter, banner, status and the keys at the foot."""

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from expense_agent.domain.verbs import Verb
from tui.formatting import crop, totals_line, totals_that_fit
from tui.key_table import Key
from tui.keymap import footer_of, in_order
from tui.model.availability import edited_now, why_not
from tui.model.plan import totals
from tui.safe_text import inert, safe
from tui.session import Session


class Line(Static):
    """A part of fixed height: drawn anew only when it says something else, never laid out anew."""

    _said: Content | None = None

    class Resized(Message):
        """The line has another width, and may have to say something else."""

    def on_resize(self) -> None:
        """Tell the screen; it may be behind another one, and laid out later than resized."""
        self.post_message(self.Resized())

    def say(self, content: Content) -> None:
        """Show this, unless it is shown already."""
        if content != self._said:
            self._said = content
            self.update(content, layout=False)


class FilterLine(Line):
    """The filter in force, how many it lists in which order, and (if there is room) their sums."""

    def draw(self, session: Session) -> None:
        """Say it anew."""
        inbox = session.inbox
        look = inbox.look
        width = self.screen.size.width  # its own is not known yet where it has just come back
        of_all = f" of {inbox.listing.waiting:,}" if inbox.query.terms else ""
        grouped = f", by {look.group}" if look.group != "none" else ""
        counts = f"{inbox.order.count:,}{of_all}{grouped}, ordered by {look.sort} "
        room = max(width // 2, width - len(counts) - 1)
        left = crop(f" / {inert(look.filter)}", room).rstrip()
        base = session.policy.base_currency if session.policy else ""
        room = width - cell_len(left) - len(counts)
        sums = totals_that_fit(inbox.listing.totals, base, room)
        self.say(safe(left + (sums + counts).rjust(room + len(counts)), limit=400))


class BannerLine(Line):
    """The notice for the whole store, or of arrivals; and threads that are not at rest."""

    def draw(self, session: Session) -> None:
        """Say it anew, or disappear; nothing moves until R."""
        why, not_at_rest = session.desk.why_read_only, session.inbox.not_at_rest
        said = [f"read-only: {why}" if why else _arrived(session), not_at_rest, session.waits]
        line = "   ".join(filter(None, said))
        self.set_class(not line, "-nothing")
        self.say(safe(crop(f" {line}", self.screen.size.width), limit=400))


def _arrived(session: Session) -> str:
    """Say what has arrived since the list was drawn."""
    news, changed = session.inbox.news, len(session.inbox.changed)
    parts = [f"+{len(news.new):,} new"] if news.new else []
    parts += [f"{len(news.gone):,} answered"] if news.gone else []
    parts += [f"{changed:,} changed"] if changed else []
    return f"{', '.join(parts)} since this list was drawn   R shows them" if parts else ""


class StatusLine(Line):
    """The marks with their sums, then the newest sentence."""

    def draw(self, session: Session) -> None:
        """Say it anew for the queue."""
        self.show(session, self._about_cursor(session), self._marks(session))

    def show(self, session: Session, about: str, marks: str = "") -> None:
        """Say the newest sentence, or (if there is none) what is to be known of the cursor."""
        said = session.inbox.status.sentence or about
        text = inert(f" {said}", 400)
        if self.size.height == 1:
            text = crop(text, max(0, self.size.width - len(marks)))
        self.say(Content.assemble((marks, "bold"), text))

    @staticmethod
    def _marks(session: Session) -> str:
        inbox = session.inbox
        if not inbox.marks:
            return ""
        sums = totals_line(totals(tuple(inbox.marks.values())), ", ")
        hidden = f", {len(inbox.hidden_marks)} hidden" if inbox.hidden_marks else ""
        ranged = " (range)" if session.marking.in_range else ""
        return f" {len(inbox.marks):,} marked{ranged}{hidden}: {inert(sums)} "

    @staticmethod
    def _about_cursor(session: Session) -> str:
        row = session.inbox.row_under_cursor
        if row is None:
            on_group = session.inbox.group_under_cursor
            return "Space marks the group, Enter shows or hides it" if on_group else ""
        # With marks the keys act on those, whatever the cursor stands on.
        marks, desk = session.inbox.marks, session.desk
        reason = None if marks else why_not(Verb.APPROVE, row, session.inbox, desk)
        worst = row.holds[0].reason if row.holds else ""
        editing = edited_now(row, session.inbox)
        lent = f"you would approve for {row.acts_for}" if row.acts_for else ""
        parts = [editing or "", f"a is off: {reason}" if reason else "", lent]
        return "; ".join(part for part in parts if part) or worst


_ON_MARKS = ("decide.approve", "decide.reject", "decide.hold", "decide.send_back")
"""Keys that act on all marked rows."""


class KeyBar(Line):
    """The keys of a screen, as many as fit; those that are off now stand in brackets."""

    def __init__(self, screen: str) -> None:
        super().__init__(classes="key-bar")
        self._screen = screen
        self._off: frozenset[str] = frozenset()
        self._count = 0

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def on_resize(self) -> None:
        """Show as many keys as fit now."""
        self._draw()

    def show(self, screen: str) -> None:
        """Show the keys of another screen or page."""
        self._screen = screen
        self._draw()

    def mark(self, off: frozenset[str], count: int = 0) -> None:
        """Put keys that would only say why not in brackets; `count` is that of the marked rows."""
        if (off, count) != (self._off, self._count):
            self._off, self._count = off, count
            self._draw()

    def _draw(self) -> None:
        """Take the most needed keys that fit, and show them in the order of the key map."""
        room = self.size.width - 1
        taken: dict[Key, Content] = {}
        for key in footer_of(self._screen):
            part = self._part(key)
            if part.cell_length - 2 <= room:
                taken[key] = part
                room -= part.cell_length
        parts = [taken[key] for key in in_order() if key in taken]
        self.say(Content(" ").append(Content("").join(parts)))

    def _part(self, key: Key) -> Content:
        many = f" {self._count}" if self._count and key.id in _ON_MARKS else ""
        if key.id in self._off:
            return Content.styled(f"({key.short}) {key.label}  ", "$text-disabled")
        return Content.assemble((key.short, "bold $text-accent"), f" {key.label}{many}  ")
