"""Views as tabs on one line, each with its count; the one in force stands in brackets."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message

from expense_agent.views import View
from tui.messages import QueryChanged
from tui.model.inbox import Inbox
from tui.safe_text import safe
from tui.session import Session
from tui.widgets.status_lines import Line


class TabsLine(Line):
    """Says which view is shown, and what else there is."""

    @dataclass
    class Chosen(Message):
        """A view was clicked."""

        number: int

    _ends: Sequence[int] = ()
    """The cell after each view that is drawn."""

    def draw(self, titles: Sequence[str], shown: int, after: str = "") -> None:
        """Say it anew; `after` stands at the right if there is room."""
        parts = [
            (f"[{title}]", "bold $text-accent")
            if number == shown
            else (f" {title} ", "$text-muted")
            for number, title in enumerate(titles)
        ]
        self._ends = [*accumulate((cell_len(text) for text, _ in parts), initial=1)][1:]
        left = Content.assemble(" ", *(safe(text, style) for text, style in parts))
        room = self.size.width - left.cell_length - 1
        if after and len(after) <= room:
            left = Content.assemble(left, safe(after.rjust(room), limit=400))
        self.say(left)

    def on_click(self, event: events.Click) -> None:
        """Tell which view was clicked."""
        number = next((n for n, end in enumerate(self._ends) if event.x < end), None)
        if number is not None:
            self.post_message(self.Chosen(number))


class ViewsLine(Line):
    """As many tabs as fit, the one in force among them."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._ends: list[tuple[int, View]] = []
        """The cell after each tab that is drawn."""

    def draw(self) -> None:
        """Say it anew."""
        session, width = self._session, self.size.width
        tabs = [(view, tab(view, session.inbox)) for view in session.views]
        if sum(len(text) for _, text in tabs) > width:
            tabs = [(view, tab(view, session.inbox, short=True)) for view in session.views]
        place = next((n for n, (v, _) in enumerate(tabs) if v == session.inbox.look.view), 0)
        parts, self._ends, cells = list[Content](), [], 0
        for view, text in tabs[_first(tabs, place, width) :]:
            cells += len(text)
            if cells > width and parts:
                break
            in_force = view == session.inbox.look.view
            parts.append(safe(text, "bold" if in_force else "$text-muted"))
            self._ends.append((cells, view))
        self.say(Content("").join(parts))

    def on_click(self, event: events.Click) -> None:
        """Look at the view that was clicked."""
        view = next((view for end, view in self._ends if event.x < end), None)
        if view is not None:
            self.post_message(QueryChanged(self._session.inbox.look.at(view)))


def tab(view: View, inbox: Inbox, *, short: bool = False) -> str:
    """Return the text of one tab: " [All 214] "."""
    title = view.title.split()[0] if short and view.title != "On hold" else view.title
    count = f" {inbox.counts[view.name]:,}" if view.name in inbox.counts else ""
    return f" [{title}{count}]" if view == inbox.look.view else f"  {title}{count} "


def _first(tabs: Sequence[tuple[View, str]], place: int, width: int) -> int:
    """Return the tab to begin with, so that the one at `place` is seen."""
    first = 0
    while first < place and sum(len(text) for _, text in tabs[first : place + 1]) > width:
        first += 1
    return first
