"""The newest activity in three lines under a wide queue: own decisions, then the trail."""

from itertools import islice

from textual.content import Content
from textual.widgets import Static

from expense_agent.service import ApprovalService, TrailPage, TrailQuery
from tui.formatting import clock_time
from tui.in_turn import InTurn
from tui.messages import ReadWanted
from tui.model.event_words import event_words
from tui.safe_text import safe
from tui.session import Session

LINES = 3


class ActivityStrip(Static, InTurn):
    """Reads the newest events when the store has changed, and only where it is shown."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._read_at: int | None = None
        self._trail: tuple[Content, ...] = ()
        self._drawn: tuple[Content, ...] = ()

    def on_mount(self) -> None:
        """Follow the store and the decisions."""
        self.whenever(self._session.changed, self._changed)

    def on_resize(self) -> None:
        """Begin to read when there is room."""
        self._changed(None)

    def _changed(self, _keys: frozenset[int] | None) -> None:
        if not self.display or not self.size:
            return
        change = self._session.change
        if change != self._read_at and self._session.inbox.loaded:
            self._read_at = change
            self.post_message(ReadWanted(self, "strip", newest, self._take))
        self._draw()

    def _take(self, page: TrailPage) -> None:
        self._trail = tuple(
            safe(
                f" {clock_time(event.at)}  {event.actor}  "
                f"{event.action.replace('_', ' ')}  {event.invoice_id or ''}  "
                f"{event_words(event)}",
                limit=400,
            )
            for event in page.events
        )
        self._draw()

    def cannot_read(self, error: Exception) -> None:
        """Say so; the next change asks again."""
        self._trail = (safe(f" the trail cannot be read: {error}", limit=400),)
        self._draw()

    def _draw(self) -> None:
        """Show running decisions first; they are news before the store has any."""
        under_way = (one for one in self._session.inbox.progress.values() if one.running)
        running = [
            safe(f" now       {one.sentence}", "bold", limit=400)
            for one in islice(under_way, LINES)
        ]
        lines = (*running, *self._trail)[:LINES]
        if lines != self._drawn:
            self._drawn = lines
            self.update(Content("\n").join(lines), layout=False)


def newest(service: ApprovalService) -> TrailPage:
    """Read as many of the newest events as are shown."""
    return service.readings.trail(TrailQuery(limit=LINES))
