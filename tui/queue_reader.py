"""Asks the store what the screens want to know, and puts the answers into the inbox."""

from collections.abc import Callable
from dataclasses import replace

from expense_agent.domain.approval import why_not_decide
from expense_agent.service import ApprovalService, InvoiceDetail, QueueQuery
from tui.messages import Answered
from tui.model.order import listing_of, news_since
from tui.reading_thread import ReadingThread
from tui.session import Session

_ALWAYS_TAKEN = ("rows", "again")
"""Answers that are right even when a newer question of their kind has been put."""


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
        self._takers: dict[str, Callable[[Answered], frozenset[int] | None]] = {
            "queue": self._take_queue,
            "rows": self._take_rows,
            "detail": self._take_detail,
            "again": self._take_again,
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
        self.queue(self._inbox.query)
        self._thread.ask("desk", None, lambda: (service.policy, service.category_desk.labels()))

    def close(self) -> None:
        """Ask nothing more."""
        self._thread.close()

    # --- questions

    def queue(self, query: QueueQuery) -> None:
        """Read order and totals for a filter and an order."""
        self._inbox.query = query
        self._thread.ask("queue", query, lambda: listing_of(self._service.overview(query)))

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
            self._thread.ask("change", None, self._service.change_counter)

    def _news(self) -> None:
        query, shown = self._inbox.query, self._inbox.order
        own = frozenset(self._inbox.progress)
        self._thread.ask(
            "news", query, lambda: news_since(shown, own, self._service.overview(query))
        )

    # --- answers

    def take(self, answer: Answered) -> frozenset[int] | None:
        """Put an answer into the inbox; give the keys it changed, or None for everything."""
        kind = answer.kind.partition(" ")[0]
        if kind not in _ALWAYS_TAKEN and not self._thread.is_current(answer):
            return frozenset()
        if answer.error is not None:
            self._inbox.said = f"cannot be read: {answer.error}"
            return None
        return self._takers[kind](answer)

    def _take_queue(self, answer: Answered) -> None:
        self._inbox.show(answer.answer)
        self._session.guard.list_moved()

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

    def _take_change(self, answer: Answered) -> frozenset[int]:
        if answer.answer != self._inbox.listing.change:
            self._news()
        return frozenset()

    def _take_news(self, answer: Answered) -> None:
        self._inbox.offer(answer.answer)

    def _take_desk(self, answer: Answered) -> None:
        policy, self._session.categories = answer.answer
        self._session.policy = policy
        desk = self._session.desk
        self._session.desk = replace(desk, not_an_approver=why_not_decide(desk.approver, policy))
