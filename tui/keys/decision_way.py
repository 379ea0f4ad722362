"""The way from a verb to its decisions: words are asked for, a marked set is reviewed first."""

from collections.abc import Callable
from dataclasses import replace

from expense_agent.domain.verbs import Verb
from expense_agent.service import Approve, QueueRow
from tui.messages import DecisionMade
from tui.model.intent import Decision, Intent
from tui.model.plan import Item, plan
from tui.model.until import NoSuchDay
from tui.screens.page import Page
from tui.subject import Subject

MakeDecision = Callable[[QueueRow], Decision]
"""Makes the decision about a row; raises NoSuchDay if there is none for it."""


class DecisionWay:
    """Leads decisions about the subject of a page to the engine."""

    def __init__(self, page: Page[None], subject: Subject) -> None:
        self._page = page
        self._session = page.session
        self._subject = subject

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """The rows a key acts on: the marked ones, else the one that is shown."""
        row = self._subject.row
        return self._subject.marked or ((row,) if row else ())

    def ask(self, verb: Verb, make: Callable[[QueueRow, str], Decision]) -> None:
        """Ask for words; then send, or show a marked set with them first."""
        from tui.screens.reason import ReasonScreen  # noqa: PLC0415 - not before the first frame

        def answered(words: str | None) -> None:
            if words:
                self.send_or_review(verb, lambda row: make(row, words), words)

        self._page.open(ReasonScreen(self._session, verb, self.rows), answered)

    def send_or_review(self, verb: Verb, make: MakeDecision, words: str = "") -> None:
        """Send the decision about what is shown; a marked set is reviewed first."""
        if marked := self._subject.marked:
            self.review(verb, self._planned(verb, marked, make), make, words)
        elif row := self._subject.row:
            self.send((row,), make)

    def _planned(
        self, verb: Verb, rows: tuple[QueueRow, ...], make: MakeDecision
    ) -> tuple[Item, ...]:
        items = plan(verb, rows, self._session.inbox, self._session.desk)
        return tuple(
            item if item.out else Item(item.row, _no_day(item.row, make)) for item in items
        )

    def review(
        self, verb: Verb, items: tuple[Item, ...], make: MakeDecision, words: str = ""
    ) -> None:
        """Show what would be carried out; only that page's own key carries it out."""
        from tui.screens.review import ReviewScreen  # noqa: PLC0415 - not before the first frame

        def confirmed(rows: tuple[QueueRow, ...] | None) -> None:
            self.send(rows or (), make)

        self._page.open(ReviewScreen(self._session, verb, items, words), confirmed)

    def send(self, rows: tuple[QueueRow, ...], make: MakeDecision) -> None:
        """Send decisions on their way, as one set."""
        if rows:
            many = len(rows) > 1
            made = (replace(d, bulk=many) if isinstance(d, Approve) else d for d in map(make, rows))
            intents = (Intent(row, decision) for row, decision in zip(rows, made, strict=True))
            self._page.post_message(DecisionMade(tuple(intents)))


def _no_day(row: QueueRow, make: MakeDecision) -> str | None:
    """Say why there is no such decision about a row, or None."""
    try:
        make(row)
    except NoSuchDay as reason:
        return str(reason)
    return None
