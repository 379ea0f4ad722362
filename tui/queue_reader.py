"""Asks the store what the screens want to know, and puts the answers into the inbox."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic

from expense_agent.domain.authority import why_not_decide
from expense_agent.service import ApprovalService, BeingEdited, InvoiceDetail
from tui.messages import Answered
from tui.model.intent import Decision, still_asked
from tui.model.look import Look
from tui.model.order import listing_of, news_of
from tui.model.steps import not_at_rest
from tui.reading_thread import ReadingThread
from tui.session import Session

_ALWAYS_TAKEN = ("rows", "again")
"""Answers that are right even when a newer question of their kind has been put."""
_COUNT_SECONDS = 5.0
"""How often the views are counted at most: it looks at everything that waits."""


class QueueReader:
    """Every question has a kind; `take` puts its answer where it belongs."""

    def __init__(
        self,
        open_service: Callable[[], ApprovalService],
        session: Session,
        tell: Callable[[Answered], None],
    ) -> None:
        self._open_service = open_service
        self._session = session
        self._inbox = session.inbox
        self._thread = ReadingThread(tell)
        self.close = self._thread.close
        self._counted = 0.0
        self._uncounted = False
        """Whether something has changed since the views were counted."""
        self._takers: dict[str, Callable[[Answered], frozenset[int] | None]] = {
            "queue": self._take_queue,
            "rows": self._take_rows,
            "detail": self._take_detail,
            "again": self._take_again,
            "counts": self._take_counts,
            "change": self._take_change,
            "news": self._take_news,
            "desk": self._take_desk,
        }

    def start(self) -> None:
        """Open the store; its answer is the service, and everything else is read from that."""
        self._thread.start()
        self._thread.ask("open", None, self._open_service)

    def begin(self, service: ApprovalService) -> None:
        """Begin with the queue, then who sits here."""
        self._service = service
        self.look(self._inbox.look)
        self._thread.ask("desk", None, lambda: (service.policy, service.category_desk.labels()))

    def still_asked(self, left: Mapping[int, Decision]) -> None:
        """Find out which decisions of an earlier run are about what still waits as it was seen."""
        keys, service = tuple(left), self._service
        self._thread.ask("left", None, lambda: still_asked(left, service.rows(keys)))

    # --- questions

    def look(self, look: Look) -> None:
        """Read order, groups and totals of another look, or of the same one again."""
        query = look.query(self._session.now())
        self._thread.ask("queue", (look, query), lambda: listing_of(self._service.overview(query)))

    def _count(self) -> None:
        """Count what the views hold; if that was just done, `poll` comes back to it."""
        now = monotonic()
        self._uncounted = bool(self._inbox.counts) and now - self._counted < _COUNT_SECONDS
        if self._uncounted:
            return
        self._counted = now
        moment = self._session.now()
        names = [view.name for view in self._session.views]
        queries = [view.query(moment) for view in self._session.views]
        self._thread.ask("counts", names, lambda: self._service.counts(queries))

    def rows(self, keys: tuple[int, ...]) -> None:
        """Read rows."""
        self._thread.ask("rows", keys, lambda: self._service.rows(keys))

    def detail(self, invoice_id: str) -> None:
        """Read one invoice, whole."""
        self._thread.ask("detail", invoice_id, lambda: self._service.invoice(invoice_id))

    def again(self, key: int, invoice_id: str) -> None:
        """Read the new request of an invoice that was asked again, for the place of the old one."""
        self._thread.ask(f"again {key}", key, lambda: self._service.invoice(invoice_id))

    def poll(self) -> None:
        """Find out whether anybody has changed the store."""
        if self._inbox.loaded:
            self._thread.ask("change", None, self._look_around)
            if self._uncounted:
                self._count()

    def _look_around(self) -> tuple[int, dict[str, BeingEdited], str, str | None]:
        """Read what can differ from one second to the next: the store, and who is at what."""
        service = self._service
        others = (lease for lease in service.edit_desk.under_way() if lease.by != service.approver)
        ends = not_at_rest(service.open_ends(), os.getpid(), self._session.now())
        editing = {lease.invoice_id: lease for lease in others}
        return service.change_counter(), editing, ends, service.reconciler.waits()

    def _news(self) -> None:
        query, listing = self._inbox.query, self._inbox.listing
        self._thread.ask(
            "news",
            listing.order.keys,
            lambda: self._service.news(query, listing.newest, listing.change),
        )
        self._count()

    # --- answers

    def take(self, answer: Answered) -> frozenset[int] | None:
        """Put an answer into the inbox; give the keys it changed, or None for everything."""
        kind = answer.kind.partition(" ")[0]
        if kind not in _ALWAYS_TAKEN and not self._thread.is_current(answer):
            return frozenset()
        if answer.error is not None:
            self._inbox.status.tell(f"cannot be read: {answer.error}")
            return None
        return self._takers[kind](answer)

    def _take_queue(self, answer: Answered) -> None:
        self._inbox.look, self._inbox.query = answer.question
        self._inbox.show(answer.answer)
        self._session.guard.list_moved()
        self._count()

    def _take_counts(self, answer: Answered) -> None:
        self._inbox.counts = dict(zip(answer.question, answer.answer, strict=True))

    def _take_rows(self, answer: Answered) -> frozenset[int]:
        self._inbox.learn(answer.question, answer.answer)
        return frozenset(answer.question)

    def _take_detail(self, answer: Answered) -> frozenset[int]:
        self._inbox.detail = answer.answer
        return frozenset()

    def _take_again(self, answer: Answered) -> None:
        detail: InvoiceDetail = answer.answer
        if detail.request:
            self._inbox.replace(answer.question, detail.request)
            self._session.guard.list_moved()

    def _take_change(self, answer: Answered) -> frozenset[int] | None:
        change, editing, not_at_rest, waits = answer.answer
        inbox = self._inbox
        if change != inbox.news.change:
            self._news()
        if not_at_rest and not_at_rest != inbox.not_at_rest:
            self._session.tell(not_at_rest)
        before = (inbox.editing, inbox.not_at_rest, self._session.waits)
        if (editing, not_at_rest, waits) == before:
            return frozenset()
        inbox.editing, inbox.not_at_rest, self._session.waits = editing, not_at_rest, waits
        return None

    def _take_news(self, answer: Answered) -> None:
        inbox = self._inbox
        if answer.question is not inbox.order.keys:
            return  # another list is shown by now
        if inbox.order.count == 0 and answer.answer.new:
            self.look(inbox.look)  # there is no row that could move
        else:
            inbox.offer(news_of(answer.answer, inbox.order, inbox.progress))

    def _take_desk(self, answer: Answered) -> None:
        policy, self._session.categories = answer.answer
        self._session.policy = policy
        desk, today = self._session.desk, self._session.now().date()
        refusal = why_not_decide(desk.approver, policy, today)
        self._session.desk = replace(desk, not_an_approver=refusal)
