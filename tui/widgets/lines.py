"""The one-line parts around the list: header, banner, status and the keys at the foot."""

from textual.content import Content
from textual.widgets import Static

from tui.formatting import totals_line
from tui.keymap import SCREENS, keys_of
from tui.model.plan import totals
from tui.model.progress import Verb
from tui.model.why_not import why_not
from tui.safe_text import inert, safe
from tui.session import Session


class HeaderLine(Static):
    """Who decides, up to which limit, and how much waits."""

    def draw(self, session: Session) -> None:
        """Say it anew."""
        listing = session.inbox.listing
        read_only = ", read-only" if session.desk.read_only else ""
        left = inert(f" Approvals   {session.desk.approver}, {session.limit}{read_only}")
        right = f"{listing.waiting:,} waiting   engine {_engine_word(session.engine)} "
        sums = totals_line(listing.totals)
        room = self.size.width - len(left) - len(right)
        middle = f"{sums}   " if sums and len(sums) + 6 <= room else ""
        self.update(safe(left + " " * (room - len(middle)) + middle + right, limit=400))


def _engine_word(engine: str) -> str:
    return engine if engine in ("loading", "ready") else "off"


class BannerLine(Static):
    """What has arrived since the list was drawn; nothing moves until R."""

    def draw(self, session: Session) -> None:
        """Say it anew, or disappear."""
        news, changed = session.inbox.news, len(session.inbox.changed)
        parts = [f"+{news.new:,} new"] if news.new else []
        parts += [f"{news.gone:,} answered"] if news.gone else []
        parts += [f"{changed:,} changed"] if changed else []
        self.set_class(not parts, "-nothing")
        self.update(Content(f" {', '.join(parts)} since this list was drawn   R shows them"))


class StatusLine(Static):
    """The marks with their sums, then the newest sentence."""

    def draw(self, session: Session) -> None:
        """Say it anew."""
        inbox = session.inbox
        said = inbox.said or self._about_cursor(session)
        marks = self._marks(session)
        self.update(Content.assemble((marks, "bold"), safe(f" {said}", limit=400)))

    @staticmethod
    def _marks(session: Session) -> str:
        inbox = session.inbox
        if not inbox.marks:
            return ""
        sums = totals_line(totals(tuple(inbox.marks.values())), ", ")
        hidden = f", {len(inbox.hidden_marks)} hidden" if inbox.hidden_marks else ""
        return f" {len(inbox.marks)} marked{hidden}: {inert(sums)} "

    @staticmethod
    def _about_cursor(session: Session) -> str:
        row = session.inbox.row_under_cursor
        if row is None:
            return ""
        reason = why_not(Verb.APPROVE, row, session.inbox, session.desk)
        worst = row.holds[0].reason if row.holds else ""
        return f"a is off: {reason}" if reason else worst


class KeyBar(Static):
    """The keys of a screen, as many as fit; those that are off now stand in brackets."""

    def __init__(self, session: Session, screen: str) -> None:
        super().__init__(classes="key-bar")
        self._session = session
        self._keys = [key for key in keys_of(*SCREENS[screen]) if key.label]

    def on_mount(self) -> None:
        """Draw for the first time."""
        self.draw()

    def on_resize(self) -> None:
        """Show as many keys as fit now."""
        self.draw()

    def draw(self, off: frozenset[str] = frozenset(), count: int = 0) -> None:
        """Draw the keys; `off` names those that would say why not, `count` the marked rows."""
        room, parts = self.size.width, [Content(" ")]
        used = 1
        for key in sorted(self._keys, key=lambda key: key.id != "app.help"):
            many = f" {count}" if count > 1 and key.action in ("approve", "reject") else ""
            shown = f"({key.shown})" if key.id in off else key.shown
            text = f"{key.label}{many}"
            length = len(shown) + len(text) + 3
            if used + length > room:
                continue
            used += length
            muted = "$text-disabled" if key.id in off else ""
            parts.append(
                Content.assemble((shown, muted or "bold $text-accent"), (f" {text}  ", muted))
            )
        head, *others = parts
        self.update(Content.assemble(head, *others[1:], *others[:1]))
